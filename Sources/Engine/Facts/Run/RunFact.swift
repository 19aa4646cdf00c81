/// An entry of a run's log: one thing that happened, in its place among all others.
///
/// A run is one ordered sequence of facts. Numbers begin with 0 and none is left out, so that a reader knows that it has
/// everything.
public struct RunFact: Sendable, Hashable, Codable {
    /// Its place in the log.
    public let number: Int
    /// The command that it goes back to; nil for what nobody asked for.
    ///
    /// A plan carries the command that asked for it, and so do the steps that are decoded by it. A comparison's facts
    /// carry the command that began it.
    public let command: CommandID?
    /// What happened.
    public let content: FactContent

    /// States a fact.
    public init(number: Int, command: CommandID?, _ content: FactContent) {
        self.number = number
        self.command = command
        self.content = content
    }
}

/// What can happen in a run.
public enum FactContent: Sendable, Hashable, Codable {
    /// A long phase of a command goes on; fraction in 0...1, or nil when it cannot be known.
    case progress(LivePhase, fraction: Double?)
    /// The model is open.
    case opened(ModelGeometry)
    /// The prompt is tokenised and its pictures are read.
    case prepared(PromptView)
    /// The plan that decoding goes by from now on; decoding starts anew at step 0, or waits there when it is paused.
    case planned(CompressionPlan, OpeningTimes, isPaused: Bool)
    /// A token was generated.
    case step(StepFact)
    /// The cache of the run under a plan.
    case snapshot(CacheSnapshot, plan: CommandID)
    /// Decoding stands still: it was paused, or a `step` came to its end.
    case paused(RunSubject)
    /// Decoding goes on.
    case resumed(RunSubject)
    /// The answer is complete; the cache stays as it is.
    case finished(FinishReason)
    /// The run cannot go on.
    case failed(String)
    /// A comparison begins; the run waits until `comparisonLeft`.
    case comparisonStarted(ComparisonStart)
    /// All sessions of the comparison made a step.
    case compared(LiveComparisonStep)
    /// The branches of a comparison, as `snapshot` asked.
    case comparisonSnapshot(ComparisonSnapshot, comparison: CommandID)
    /// The comparison made its last step; snapshots and blame can still be asked for.
    case comparisonEnded(FinishReason)
    /// The comparison was left; the run is as it was before. The reason says why it could not go on, if that was it.
    case comparisonLeft(reason: String?)
    /// What `blame` measured.
    case blamed(BlameResult)
    /// The plan that `draft` asked for.
    case drafted(CompressionPlan)
    /// What `verify` measured, in the order of the settings.
    case verified([VerifiedRun])
    /// The answer to a command. Nothing of it follows, other than what a plan or a comparison goes on to do.
    case concluded(Conclusion)
    /// The source was stopped; this is its last fact.
    case ended
}

/// How a command came out. Every command that was sent before `stop` is concluded exactly once.
public enum Conclusion: Sendable, Hashable, Codable {
    /// It was followed; what came of it stands in the facts before.
    case done
    /// It could not be followed, and why; nothing has changed.
    case refused(String)
    /// It was given up for another command, or, without one, because the run was stopped.
    case abandoned(by: CommandID?)
}

/// What stands still or goes on.
public enum RunSubject: String, Sendable, Hashable, Codable {
    /// The run.
    case run
    /// The comparison that it waits for.
    case comparison
}
