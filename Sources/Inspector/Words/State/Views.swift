import KVFacts

/// The screens, in the order of their keys.
package enum ScreenName: String, Sendable, Hashable, CaseIterable {
    /// Layers times KV heads.
    case map
    /// One head on the grids of the pictures.
    case head
    /// Prompt and answer.
    case tokens
    /// From the total to every head, and what a draft would change.
    case budget
    /// Methods in lockstep.
    case compare

    package var title: String {
        switch self {
        case .map: "Map"
        case .head: "Head"
        case .tokens: "Tokens"
        case .budget: "Budget"
        case .compare: "Compare"
        }
    }

    package var number: Int {
        switch self {
        case .map: 1
        case .head: 2
        case .tokens: 3
        case .budget: 4
        case .compare: 5
        }
    }
}

/// The number that the map shows for every head.
package enum Lane: String, Sendable, Hashable, CaseIterable {
    /// Rows that the head may keep resident.
    case budget
    /// Resident rows that the last step read more than evenly.
    case used
    /// Share of selected chunks that were resident already.
    case hit
    /// Share of the true attention mass that the resident rows cover.
    case recall
    /// Chunks loaded in the last step.
    case loads
    /// Share of the attention that goes to the prompt's text.
    case text
    /// Missing rows that were needed again, as a comparison measured it.
    case fate

    /// Three letters for the left edge.
    package var label: String {
        switch self {
        case .budget: "bud"
        case .used: "use"
        case .hit: "hit"
        case .recall: "rec"
        case .loads: "lod"
        case .text: "txt"
        case .fate: "fat"
        }
    }

    package var meaning: String {
        switch self {
        case .budget: "budget: prompt rows a head may keep"
        case .used: "used: rows read more than evenly"
        case .hit: "hit rate: chosen chunks already there"
        case .recall: "recall: attention mass covered"
        case .loads: "loads: chunks loaded this step"
        case .text: "text: attention on the prompt's text"
        case .fate: "fate: missing rows needed again"
        }
    }
}

/// What is drawn over the pictures on the head screen.
package enum GridOverlay: String, Sendable, Hashable, CaseIterable {
    /// Where each token's row is.
    case state
    /// How much attention it received in the last step.
    case attention
    /// How many heads hold it resident.
    case holders
}

/// Columns and rows that one visual token takes on the head screen.
package enum Zoom: String, Sendable, Hashable, CaseIterable {
    /// Two rows of tokens in one line, with half blocks.
    case half = "1:2"
    /// One token, one character.
    case one = "1:1"
    /// Two columns, so that a token is about square.
    case two = "2:1"
    /// Four columns and two lines: the picture and numbers can be seen.
    case four = "4:2"
    /// Eight columns and four lines, for small pictures on large screens.
    case eight = "8:4"

    package var columns: Int {
        switch self {
        case .half, .one: 1
        case .two: 2
        case .four: 4
        case .eight: 8
        }
    }

    /// Lines that a number of token rows takes.
    package func lines(_ rows: Int) -> Int {
        switch self {
        case .half: (rows + 1) / 2
        case .one, .two: rows
        case .four: rows * 2
        case .eight: rows * 4
        }
    }
}

/// What lies over a screen.
package enum OverlayPane: Sendable, Hashable {
    case help
    case checks
    case why
}

/// A line about what was just done, or why it was not.
package struct Notice: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case told
        case wrong
    }

    package let kind: Kind
    package let text: String

    /// A line of news, or a reason.
    package init(kind: Kind, text: String) {
        self.kind = kind
        self.text = text
    }
}
