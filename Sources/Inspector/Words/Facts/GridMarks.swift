import KVFacts

/// What is drawn on each visual token of the selected head, for the overlay in front.
package struct GridMarks {
    package struct Mark {
        /// One ASCII character.
        package let glyph: String
        /// Up to three characters for roomy zooms; empty when the glyph says it all.
        package let number: String
        /// Whether the token counts: resident, read, or held by at least one head.
        package let isHeld: Bool
        /// Magnitude in 0...1 for overlays of numbers; nil for states and where nothing is known.
        package let level: Double?
    }

    package let overlay: GridOverlay
    package let headClass: HeadClass
    private let states: [RowState]
    private let attention: [Float]
    private let mostAttention: Float
    private let top: Set<Int>
    private let holders: [UInt16]
    private let headCount: Int

    package init?(_ model: InspectorModel) {
        guard let layout = model.prompt?.layout, let head = model.headPlan(model.cursor) else { return nil }
        overlay = model.gridOverlay
        headClass = head.headClass
        if let focus = model.focus {
            states = focus.rowStates
            attention = focus.attention
        } else {
            // Before the first snapshot of this head the plan knows where its rows begin.
            var states = [RowState](
                repeating: head.headClass == .dynamic ? .offloaded : .dropped, count: layout.tokenCount)
            for row in head.kept where states.indices.contains(Int(row)) {
                states[Int(row)] = head.headClass == .dynamic ? .resident : .kept
            }
            self.states = states
            attention = []
        }
        let read = attention
        let visual = layout.visualSegments.flatMap(\.range).filter {
            read.indices.contains($0) && read[$0] > 0
        }
        let best = visual.sorted { (read[$0], $1) > (read[$1], $0) }.prefix(3)
        top = Set(best)
        mostAttention = best.first.map { read[$0] } ?? 0
        holders = model.snapshot?.residentHeadCount ?? []
        headCount = max(1, model.plan?.heads.count ?? 1)
    }

    package func state(_ token: Int) -> RowState { states.indices.contains(token) ? states[token] : .dropped }

    /// Whether the row of a token is in the resident tier.
    package func isResident(_ token: Int) -> Bool {
        switch state(token) {
        case .dropped, .offloaded: false
        case .kept, .resident, .loaded: true
        }
    }

    package func mark(_ token: Int) -> Mark {
        switch overlay {
        case .state:
            let glyph = top.contains(token) ? "@" : Self.glyph(state(token))
            return Mark(glyph: glyph, number: "", isHeld: isResident(token), level: nil)
        case .attention:
            guard isResident(token) else {
                return Mark(glyph: Self.glyph(state(token)), number: "", isHeld: false, level: nil)
            }
            guard attention.indices.contains(token) else {
                return Mark(glyph: "?", number: "", isHeld: true, level: nil)
            }
            let share = mostAttention > 0 ? Double(attention[token] / mostAttention) : 0
            return Mark(
                glyph: Magnitude.digit(share), number: NumberText.share(Double(attention[token])),
                isHeld: true,
                level: share)
        case .holders:
            guard holders.indices.contains(token) else {
                return Mark(glyph: "?", number: "", isHeld: false, level: nil)
            }
            let count = Int(holders[token])
            let share = Double(count) / Double(headCount)
            return Mark(
                glyph: Magnitude.digit(share * 0.999), number: String(count), isHeld: count > 0, level: share)
        }
    }

    package static func glyph(_ state: RowState) -> String {
        switch state {
        case .dropped: "."
        case .kept: "o"
        case .offloaded: "-"
        case .resident: "#"
        case .loaded: "+"
        }
    }

    /// Explains the glyphs in as many words as there is room for.
    package func legend(width: Int) -> String {
        let texts =
            switch (overlay, headClass) {
            case (.state, .dynamic):
                [
                    "- offloaded   # resident   + loaded this step   o tail   @ most attention",
                    "- offloaded  # resident  + just loaded  o tail  @ most read",
                    "- offloaded # resident + loaded @ top", "- off # res + load @ top",
                ]
            case (.state, _):
                [
                    "o kept   . dropped for good   @ most attention", "o kept  . dropped  @ top",
                    "o kept . gone @ top",
                ]
            case (.attention, _):
                [
                    "0-9 attention of the last step, 9 = most; . - not resident, not read",
                    "0-9 attention, 9 = most; . - not read", "0-9 attention; . - not read",
                ]
            case (.holders, _):
                [
                    "how many of the \(headCount) heads hold the token resident",
                    "held by n of \(headCount) heads", "n of \(headCount) heads",
                ]
            }
        return texts.first { $0.count <= width } ?? ""
    }
}
