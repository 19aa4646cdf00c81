import HybridKV

/// What the inspector needs of an engine: a live run, or a scripted one in tests.
///
/// The engine calls the `wake` that it was given whenever there is something to take; the `take` functions may be
/// called from one thread only and never wait.
public protocol EngineLink: Sendable {
    /// Queues a command.
    func send(_ command: LiveCommand)
    /// Events since the last call, in order.
    func takeEvents() -> [LiveEvent]
    /// Steps since the last call, in order.
    func takeSteps() -> [LiveStep]
    /// The newest snapshot that was not taken yet.
    func takeSnapshot() -> CacheSnapshot?
    /// Ends the run, after the step under way, and waits for its thread.
    func stop()
}
