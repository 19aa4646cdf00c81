/// The one rule by which medians and percentiles are told.
public enum Quantile {
    /// The nearest-rank quantile: the least value that at least `share` of all values do not exceed; nil of none.
    public static func nearestRank<Value: Comparable>(_ values: some Sequence<Value>, _ share: Double)
        -> Value?
    {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return nil }
        let rank = Int((share * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }

    /// The middle value, the lower of two.
    public static func median<Value: Comparable>(_ values: some Sequence<Value>) -> Value? {
        nearestRank(values, 0.5)
    }
}

/// A mean of numbers that come one by one; nothing has no mean.
public struct RunningMean: Sendable, Hashable {
    private var sum = 0.0
    private var count = 0

    /// Of nothing yet.
    public init() {}

    /// Of numbers at hand.
    public init(_ values: some Sequence<Double>) {
        for value in values { add(value) }
    }

    /// The mean so far.
    public var mean: Double? { count == 0 ? nil : sum / Double(count) }

    /// Takes one more number.
    public mutating func add(_ value: Double) {
        sum += value
        count += 1
    }
}
