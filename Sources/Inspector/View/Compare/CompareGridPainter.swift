import HybridKV

/// Paints one picture's tokens by which branches hold them, or by what one branch reads.
struct CompareGridPainter {
    private let grid: CompareGrid
    private let sets: [Set<Int32>]
    private let attention: [Float]
    private let most: Float
    let look: Look

    /// What a token is to the two branches of a pair.
    enum Holders: Sendable, Hashable {
        case both, first, second, neither
    }

    init?(_ model: InspectorModel, _ grid: CompareGrid?, _ look: Look) {
        guard let grid, let snapshot = model.comparison.snapshot,
            let place = model.geometry?.index(of: model.cursor)
        else { return nil }
        self.grid = grid
        self.look = look
        switch grid {
        case .sets(let first, let second):
            sets = [first, second].map { branch in
                let heads = snapshot.branches[branch].residentTokens
                return heads.indices.contains(place) ? Set(heads[place]) : []
            }
            attention = []
            most = 0
        case .attention(let branch):
            let focus = snapshot.branches[branch].focus
            let heads = snapshot.branches[branch].residentTokens
            sets = [heads.indices.contains(place) ? Set(heads[place]) : []]
            let read = focus.id == model.cursor ? focus.attention : []
            attention = read
            most =
                model.visualSegments.flatMap(\.range).lazy.filter { read.indices.contains($0) }.map {
                    read[$0]
                }.max() ?? 0
        }
    }

    /// True when the snapshot says nothing of what was asked.
    var isUnknown: Bool { if case .attention = grid { attention.isEmpty } else { false } }

    func holders(_ token: Int) -> Holders {
        let held = sets.map { $0.contains(Int32(token)) }
        switch (held.first ?? false, held.last ?? false) {
        case (true, true): return .both
        case (true, false): return .first
        case (false, true): return .second
        case (false, false): return .neither
        }
    }

    /// `A9 B4`: tokens of a picture that only one of the pair holds; or how many the branch holds.
    func count(_ segment: PromptSegment) -> String {
        let held = segment.range.map { holders($0) }
        guard case .sets(let first, let second) = grid else { return "\(held.count { $0 != .neither }) held" }
        return "\(ComparisonState.letter(first))\(held.count { $0 == .first }) "
            + "\(ComparisonState.letter(second))\(held.count { $0 == .second })"
    }

    /// The glyph of some tokens that share a cell: differences win over what is the same.
    func glyph(_ tokens: [Int]) -> String {
        guard case .sets(let first, let second) = grid else {
            if isUnknown { return "?" }
            let shares = tokens.filter { attention.indices.contains($0) && sets[0].contains(Int32($0)) }
                .map { Double(attention[$0]) }
            guard let share = shares.max() else { return "." }
            return Look.digit(most > 0 ? share / Double(most) : 0)
        }
        let found = Set(tokens.map { holders($0) })
        if found.contains(.first), found.contains(.second) { return "*" }
        if found.contains(.first) { return ComparisonState.letter(first) }
        if found.contains(.second) { return ComparisonState.letter(second) }
        return found.contains(.both) ? "=" : "."
    }

    /// - Parameters:
    ///   - columns: columns of a token.
    ///   - merged: rows of tokens in one line.
    func draw(
        _ segment: PromptSegment, _ picture: PictureThumbnail?, columns: Int, merged: Int,
        _ canvas: inout Canvas, _ box: Box
    ) {
        guard let cells = segment.grid else { return }
        let rows = cells.rows * cells.frames
        for (line, row) in stride(from: 0, to: rows, by: max(1, merged)).enumerated() where line < box.height
        {
            for column in 0..<cells.columns where column * columns < box.width {
                let tokens = (row..<min(row + merged, rows)).map {
                    segment.start + $0 * cells.columns + column
                }
                let glyph = self.glyph(tokens)
                let style = self.style(glyph, picture, row..<min(row + merged, rows), column)
                canvas.text(glyph, column * columns, line, in: box, style)
                // The second column only carries the picture on.
                if columns > 1, picture != nil {
                    var back = style
                    back.attributes = []
                    canvas.text(" ", column * columns + 1, line, in: box, back)
                }
            }
        }
    }

    private func style(_ glyph: String, _ picture: PictureThumbnail?, _ rows: Range<Int>, _ column: Int)
        -> Style
    {
        var style: Style
        switch glyph {
        case "A": style = look.style(of: .static)
        case "B": style = look.style(of: .dynamic)
        case "C": style = look.style(of: .full)
        case "*": style = look.event
        case ".": style = look.dim
        default: style = look.strong
        }
        guard let picture, look.colours == .palette else { return style }
        let samples = PictureThumbnail.samples
        let colour = picture.colour(
            x: (column * samples)..<((column + 1) * samples),
            y: (rows.lowerBound * samples)..<(rows.upperBound * samples))
        // What nobody holds is washed out, as on the head screen; letters need a calm ground.
        let shade =
            glyph == "=" || (glyph.first?.isNumber ?? false)
            ? colour : colour.faded(towardsWhite: !look.isDark)
        style.background = shade.paletteIndex
        if glyph == "=" || glyph == "." || (glyph.first?.isNumber ?? false) {
            style.foreground = glyph == "." ? (look.isDark ? 246 : 244) : shade.lightness > 0.55 ? 16 : 231
        }
        return style
    }
}
