/// What a plan has to see of a prefill. Stages state it, the planner collects it, the prefill keeps what it is measured
/// from, and nothing else is measured.
public struct EvidenceNeeds: Sendable, Hashable {
    /// Windows whose attention is read, the method's own first; each once.
    public private(set) var windows: [ObservationWindow]
    /// What is read beside attention.
    public private(set) var measures: Set<EvidenceMeasure>
    /// Whether attention of some window is read, whichever it is.
    public private(set) var hasAnyWindow: Bool

    /// Needs these windows and measures.
    public init(
        windows: [ObservationWindow] = [], measures: Set<EvidenceMeasure> = [], anyWindow: Bool = false
    ) {
        self.windows = []
        self.measures = measures
        hasAnyWindow = anyWindow
        for window in windows where !self.windows.contains(window) { self.windows.append(window) }
    }

    /// Needs nothing.
    public static let nothing = EvidenceNeeds()

    /// Needs the attention of one window.
    public static func window(_ window: ObservationWindow) -> EvidenceNeeds {
        EvidenceNeeds(windows: [window])
    }

    /// Needs something beside attention.
    public static func measure(_ measures: EvidenceMeasure...) -> EvidenceNeeds {
        EvidenceNeeds(measures: Set(measures))
    }

    /// Needs the attention of whatever window the other stages look at.
    public static let anyWindow = EvidenceNeeds(anyWindow: true)

    /// Both together, the windows of the first in front.
    public static func + (left: EvidenceNeeds, right: EvidenceNeeds) -> EvidenceNeeds {
        EvidenceNeeds(
            windows: left.windows + right.windows, measures: left.measures.union(right.measures),
            anyWindow: left.hasAnyWindow || right.hasAnyWindow)
    }

    /// The same with a window where some window is wanted and none is named.
    var resolved: EvidenceNeeds {
        hasAnyWindow && windows.isEmpty
            ? EvidenceNeeds(windows: [.lastRows], measures: measures) : self
    }
}

/// What can be measured of a prefill beside the attention of a window.
public enum EvidenceMeasure: String, Sendable, Hashable, CaseIterable {
    /// Sums of the whole prompt's attention by column.
    case columnSums
    /// Keys, as they are stored.
    case keys
    /// Values, as they are stored.
    case values
    /// L2 norms of keys.
    case keyNorms
    /// L2 norms of values.
    case valueNorms
    /// L1 norms of values behind the output projection, |W_o v|.
    case outputNorms
    /// Mean and covariance of queries before rotation.
    case queryStatistics

    /// The measure in a sentence.
    public var noun: String {
        switch self {
        case .columnSums: "the column sums of the prefill's attention"
        case .keys: "the keys of the prompt"
        case .values: "the values of the prompt"
        case .keyNorms: "the norms of the prompt's keys"
        case .valueNorms: "the norms of the prompt's values"
        case .outputNorms: "the norms of the prompt's projected values"
        case .queryStatistics: "the mean and covariance of the prompt's queries"
        }
    }
}
