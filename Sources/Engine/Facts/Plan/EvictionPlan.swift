/// How a static head gives up rows while decoding: after each step the row that is worth least goes, until the head holds
/// no more than its budget. The budget then holds generated rows too.
public struct EvictionPlan: Sendable, Hashable, Codable {
    /// Rows that the head may hold between two steps, of prompt and answer together.
    public let budget: Int
    /// How much of a row's worth survives a step, 0...1: 0 counts the last step's attention alone, 1 adds all of it up.
    public let memory: Double
    /// The newest rows, which are never given up.
    public let recent: Int
    /// Whether the heads of a layer decide together, by the mean of their attention.
    public let isPerLayer: Bool
    /// The worth of the rows that the head begins with, in the order of `HeadPlan.kept`.
    public let worth: [Float]

    /// States a rule.
    public init(budget: Int, memory: Double, recent: Int, isPerLayer: Bool = false, worth: [Float]) {
        self.budget = budget
        self.memory = memory
        self.recent = recent
        self.isPerLayer = isPerLayer
        self.worth = worth
    }
}
