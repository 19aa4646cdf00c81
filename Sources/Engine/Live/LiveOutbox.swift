import KVFacts
import KVInputs
import Synchronization

/// Everything that the decode thread hands out.
final class LiveOutbox: Sendable {
    /// Steps, without a lock.
    let ring = StepRing(capacity: 4096)
    private let events = Mutex<[LiveEvent]>([])
    private let snapshot = Mutex<(generation: Int, value: CacheSnapshot)?>(nil)
    private let vocabulary = Mutex<Tokenizer?>(nil)
    private let isWakePending = Atomic<Bool>(false)
    private let wakeReader: @Sendable () -> Void

    init(wake: @escaping @Sendable () -> Void) {
        wakeReader = wake
    }

    /// Adds an event.
    func post(_ event: LiveEvent) {
        events.withLock { $0.append(event) }
        wake()
    }

    /// Replaces the snapshot.
    func publish(_ value: CacheSnapshot, generation: Int) {
        snapshot.withLock { $0 = (generation, value) }
        wake()
    }

    /// Tells the reader that there is something; once until the reader takes.
    func wake() {
        if !isWakePending.exchange(true, ordering: .acquiringAndReleasing) { wakeReader() }
    }

    /// Events since the last call; the next thing that happens wakes the reader again.
    func takeEvents() -> [LiveEvent] {
        isWakePending.store(false, ordering: .sequentiallyConsistent)
        return events.withLock { events in
            defer { events = [] }
            return events
        }
    }

    /// The newest snapshot of a plan, once.
    func takeSnapshot(generation: Int) -> CacheSnapshot? {
        snapshot.withLock { snapshot in
            guard let current = snapshot, current.generation == generation else { return nil }
            snapshot = nil
            return current.value
        }
    }

    /// Names tokens; set when the checkpoint is open.
    var tokenizer: Tokenizer? {
        get { vocabulary.withLock { $0 } }
        set { vocabulary.withLock { $0 = newValue } }
    }
}
