import InspectorUpdate
import InspectorWords
import KVFacts

/// A screen under construction. Everything is clipped to the box it is drawn into, by display width.
package struct Canvas {
    package private(set) var screen: Screen
    package let look: Look

    package init(width: Int, height: Int, look: Look) {
        screen = Screen(width: width, height: height)
        self.look = look
        fill(bounds, with: " ", look.plain)
    }

    package var bounds: Box { Box(x: 0, y: 0, width: screen.width, height: screen.height) }

    /// Writes text at a column and line of a box, and returns the column behind it.
    ///
    /// A wide character that would straddle the edge is left out; marks that would need a cell of their own are
    /// dropped; what the terminal cannot show, or could obey, becomes a question mark.
    @discardableResult
    package mutating func text(_ text: String, _ column: Int, _ line: Int, in box: Box, _ style: Style? = nil)
        -> Int
    {
        guard 0..<box.height ~= line else { return column + DisplayWidth.of(text) }
        let style = look.over(style ?? look.plain)
        var column = column
        for scalar in text.unicodeScalars {
            let width = DisplayWidth.of(scalar)
            if width == 0 { continue }
            let isShown = !DisplayWidth.isUnsafe(scalar) && (scalar.isASCII || look.unicode)
            if column >= 0, column + width <= box.width {
                put(isShown ? scalar : "?", isShown ? width : 1, box.x + column, box.y + line, style)
                if !isShown && width == 2 { put("?", 1, box.x + column + 1, box.y + line, style) }
            } else if column < box.width, column + width > box.width, column >= 0 {
                put(" ", 1, box.x + column, box.y + line, style)
            }
            column += width
        }
        return column
    }

    /// Writes text that ends at the right edge of a box.
    package mutating func textRight(_ text: String, _ line: Int, in box: Box, _ style: Style? = nil) {
        self.text(text, max(0, box.width - DisplayWidth.of(text)), line, in: box, style)
    }

    /// Fills a box with one glyph of one column.
    package mutating func fill(_ box: Box, with glyph: Unicode.Scalar, _ style: Style) {
        let style = look.over(style)
        for y in box.y..<(box.y + box.height) {
            for x in box.x..<(box.x + box.width) { put(glyph, 1, x, y, style) }
        }
    }

    /// A horizontal line, with a title in it if there is one.
    package mutating func rule(_ line: Int, in box: Box, title: String = "") {
        guard 0..<box.height ~= line else { return }
        let row = Box(x: box.x, y: box.y + line, width: box.width, height: 1)
        fill(row, with: look.horizontal, look.dim)
        if !title.isEmpty { text(" \(title) ", 2, 0, in: row, look.title) }
    }

    /// A vertical line along the left edge of a box.
    package mutating func verticalRule(in box: Box) {
        fill(
            Box(x: box.x, y: box.y, width: min(1, box.width), height: box.height), with: look.vertical,
            look.dim)
    }

    /// Lets a cell stand out, or changes its colours, keeping its glyph.
    package mutating func restyle(_ column: Int, _ line: Int, in box: Box, _ change: (inout Style) -> Void) {
        guard 0..<box.width ~= column, 0..<box.height ~= line else { return }
        change(&screen[box.x + column, box.y + line].style)
    }

    /// Puts the terminal's cursor on a cell.
    package mutating func placeCursor(_ column: Int, _ line: Int, in box: Box) {
        guard 0..<box.width ~= column, 0..<box.height ~= line else { return }
        screen.cursor = (box.x + column, box.y + line)
    }

    private mutating func put(_ glyph: Unicode.Scalar, _ width: Int, _ x: Int, _ y: Int, _ style: Style) {
        // Half of a wide glyph that is drawn over would leave a terminal one column behind.
        if screen[x, y].glyph == nil, x > 0 { screen[x - 1, y].glyph = " " }
        if screen[x + width, y].glyph == nil, x + width < screen.width { screen[x + width, y].glyph = " " }
        screen[x, y] = ScreenCell(glyph, style)
        if width == 2 { screen[x + 1, y] = ScreenCell(nil, style) }
    }
}
