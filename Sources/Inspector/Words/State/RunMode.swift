import KVFacts

/// What the run is doing, in the word that every screen shows at the same place.
package enum RunMode: Sendable, Hashable {
    /// A long phase before the first token; the share done, if it can be known.
    case loading(LivePhase, Double?)
    /// Decoding.
    case live
    /// Standing still between two steps.
    case paused
    /// The answer is complete.
    case done(FinishReason)
    /// The run cannot go on.
    case failed(String)

    package var word: String {
        switch self {
        case .loading: "LOADING"
        case .live: "LIVE"
        case .paused: "PAUSED"
        case .done: "DONE"
        case .failed: "FAILED"
        }
    }

    /// What goes on, behind the word; empty when the word says it all.
    package var detail: String {
        switch self {
        case .loading(let phase, let fraction):
            Self.name(phase)
                + (fraction.map { " " + NumberText.fixed(min(max($0, 0), 1) * 100, 0) + " %" } ?? "")
        case .done(.length): "token limit"
        case .live, .paused, .done, .failed: ""
        }
    }

    package var isLoading: Bool { if case .loading = self { true } else { false } }
    package var isDone: Bool { if case .done = self { true } else { false } }
    package var isFailed: Bool { if case .failed = self { true } else { false } }

    package static func name(_ phase: LivePhase) -> String {
        switch phase {
        case .opening: "model"
        case .preparing: "prompt"
        case .vision: "vision"
        case .prefill: "prefill"
        case .planning: "plan"
        }
    }
}
