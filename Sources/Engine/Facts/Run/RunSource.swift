/// Where a run comes from: an engine that decodes, a file that was recorded, a file that another process still writes.
///
/// Commands go in, facts come out, in one order; see `RunAction` for what answers each. The source calls the `wake` that
/// it was given whenever there is something to take.
public protocol RunSource: Sendable {
    /// What it is, for people, as the beginning of a sentence: "a live run".
    var title: String { get }
    /// What it can do. It refuses every command that needs something else; a front end does not offer such commands.
    var capabilities: Set<RunCapability> { get }
    /// Queues a command. The caller counts ids from 1 on.
    func send(_ command: RunCommand)
    /// Facts since the last call, in order. Belongs to one reader, and never waits.
    func take() -> [RunFact]
    /// Asks the source to end, and returns at once. Its last fact is `ended`.
    func stop()
}

extension RunSource {
    /// Why a command is not followed, if the source cannot do what it needs.
    public func obstacle(to action: RunAction) -> String? {
        action.needs.subtracting(capabilities).map(\.words).min().map { "\(title) cannot \($0)" }
    }
}
