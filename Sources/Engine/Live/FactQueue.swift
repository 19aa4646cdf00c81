import KVFacts

/// The log of a run on its way from the decode thread to one reader: facts in order, none lost.
///
/// Who posts waits while the reader is far behind, so that the memory that facts take is bounded.
final class FactQueue: @unchecked Sendable {
    // Safety: everything that changes is touched only inside the monitor.

    private let monitor = Monitor()
    private let capacity: Int
    private let wakeReader: @Sendable () -> Void
    private var facts: [RunFact] = []
    private var weight = 0
    private var next = 0
    private var isWakePending = false
    private var isStopped = false

    /// - Parameters:
    ///   - capacity: how many facts may wait to be taken; a snapshot, which lists the rows of every head, counts as many.
    ///   - wake: called after a fact was added, once until the reader takes.
    init(capacity: Int = 4096, wake: @escaping @Sendable () -> Void) {
        self.capacity = capacity
        wakeReader = wake
    }

    /// Adds a fact; waits for the reader when it is far behind.
    func post(_ content: FactContent, _ command: CommandID?) {
        let isFirst = monitor.wait(
            until: nil, for: { weight < capacity || isStopped },
            then: {
                facts.append(RunFact(number: next, command: command, content))
                next += 1
                weight += Self.weight(of: content)
                defer { isWakePending = true }
                return !isWakePending
            })
        if isFirst { wakeReader() }
    }

    /// Facts since the last call; the next one wakes the reader again.
    func take() -> [RunFact] {
        monitor.change {
            defer {
                facts = []
                weight = 0
            }
            isWakePending = false
            return facts
        }
    }

    /// Nobody may ever take again: who posts no longer waits.
    func stop() {
        monitor.change { isStopped = true }
    }

    private static func weight(of content: FactContent) -> Int {
        switch content {
        case .snapshot, .comparisonSnapshot, .prepared: 256
        default: 1
        }
    }
}
