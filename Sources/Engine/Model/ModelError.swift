/// Why a forward pass did not come to its end.
public enum ModelError: Error, Sendable, Hashable, CustomStringConvertible {
    /// It was asked to stop.
    case cancelled
    /// The numbers left the range of floats: the weights are damaged or not of this architecture.
    case notFinite(stage: String)

    /// One sentence for a person.
    public var description: String {
        switch self {
        case .cancelled: "cancelled"
        case .notFinite(let stage):
            "the \(stage) gave values that are not finite numbers; the weights are damaged or hold NaN "
                + "(expected a trained Qwen2.5-VL checkpoint)"
        }
    }
}

/// How a long computation tells how far it is and learns that it should stop.
public struct Progress: Sendable {
    private let body: @Sendable (Double) -> Bool

    /// Calls `body` with the fraction done, 0...1; false stops the computation.
    public init(_ body: @escaping @Sendable (Double) -> Bool) {
        self.body = body
    }

    /// Nobody listens.
    public static let none = Progress { _ in true }

    /// Reports a fraction; false means stop.
    package func report(_ fraction: Double) -> Bool { body(fraction) }
}
