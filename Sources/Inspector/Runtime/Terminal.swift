import CTerminal
import InspectorPlain
import InspectorUpdate
import InspectorView
import InspectorWords
import KVFacts

/// The terminal while the inspector has it: shows screens, reads keys, gives everything back at the end.
///
/// For one thread. There is one terminal per process, so there can be one value at a time.
package struct Terminal: ~Copyable {
    /// What can really be shown, which may be less than was asked for.
    package let capabilities: Capabilities
    private let colours: Int
    private let hasOwnColours: Bool
    private var pairs: ColourPairs
    /// What the terminal shows; nil before the first frame and after it was lost.
    private var shown: Screen?

    /// Takes the terminal over: from here on whatever ends the process restores it.
    package init(_ setup: TerminalSetup, escapeMilliseconds: Int = 25) throws(TerminalError) {
        var found = kvt_screen()
        let opening = setup.name.withCString { name in
            var wanted = kvt_setup(
                name: name, colour: setup.capabilities.colours != .none, unicode: setup.capabilities.unicode,
                escape_milliseconds: Int32(escapeMilliseconds))
            return kvt_open(&wanted, &found)
        }
        switch opening {
        case .KVT_OPENED: break
        case .KVT_ALREADY_OPEN: throw .alreadyOpen
        case .KVT_NO_TERMINAL: throw .noTerminal
        case .KVT_UNKNOWN_TERMINAL: throw .unknownTerminal(setup.name)
        case .KVT_SYSTEM_ERROR: throw .systemRefused
        }
        capabilities = Capabilities(
            colours: found.colours > 0 ? setup.capabilities.colours : .none, unicode: found.unicode)
        colours = Int(found.colours)
        hasOwnColours = found.default_colours
        pairs = ColourPairs(capacity: Int(found.pairs))
    }

    deinit {
        kvt_close()
    }

    /// Gives the terminal back. Harmless when that was done already.
    package func close() {
        kvt_close()
    }

    /// Columns and lines, now.
    package func size() -> (width: Int, height: Int) {
        var columns: Int32 = 0
        var lines: Int32 = 0
        kvt_size(&columns, &lines)
        return (Int(columns), Int(lines))
    }

    /// Makes the next frame paint everything.
    package mutating func invalidate() {
        shown = nil
        kvt_repaint()
    }

    /// Stops the process as Ctrl-Z does; returns after it was continued.
    package mutating func suspend() {
        kvt_suspend()
        shown = nil
    }

    /// Takes the terminal back after a stop that could not be caught.
    package mutating func resume() {
        kvt_resume()
        shown = nil
    }

    /// Shows a screen; only cells that differ from the last one are touched.
    ///
    /// - Returns: the seconds that the output took; nil when nothing differed and nothing was sent.
    package mutating func show(_ screen: Screen) -> Double? {
        if screen == shown { return nil }
        if !putCells(of: screen, comparedWith: shown), pairs.forget(at: kvt_seconds()) {
            // Once more, from an empty table.
            kvt_forget_pairs()
            _ = putCells(of: screen, comparedWith: nil)
        }
        shown = screen
        let start = kvt_seconds()
        kvt_flush(Int32(clamping: screen.cursor?.x ?? -1), Int32(clamping: screen.cursor?.y ?? -1))
        return kvt_seconds() - start
    }

    /// False when the pairs ran out.
    private mutating func putCells(of screen: Screen, comparedWith old: Screen?) -> Bool {
        let old = old.flatMap { $0.width == screen.width && $0.height == screen.height ? $0 : nil }
        if old == nil { kvt_erase() }
        var isComplete = true
        for place in screen.cells.indices {
            let cell = screen.cells[place]
            let x = place % screen.width
            let isWide = x + 1 < screen.width && screen.cells[place + 1].glyph == nil
            if let old, old.cells[place] == cell {
                // A narrow glyph that becomes a wide one, or the reverse, changes the cell behind it only.
                let wasWide = x + 1 < screen.width && old.cells[place + 1].glyph == nil
                if isWide == wasWide { continue }
            }
            guard let glyph = cell.glyph else { continue }
            // Whatever drew it: nothing that a terminal would obey leaves the program.
            let scalar = DisplayWidth.isUnsafe(glyph) ? 0xFFFD : glyph.value
            let bold: Bool
            let pair: Int32
            if let found = self.pair(of: cell.style) {
                (pair, bold) = found
            } else {
                (pair, bold) = (0, false)
                isComplete = false
            }
            let attributes = bold ? cell.style.attributes.union(.bold) : cell.style.attributes
            kvt_put(
                Int32(x), Int32(place / screen.width),
                kvt_cell(
                    scalar: scalar, columns: isWide ? 2 : 1, attributes: attributes.rawValue,
                    pair: pair))
        }
        return isComplete
    }

    /// The number of a style's colours, and whether bold has to stand for brightness; nil when numbers ran out.
    private mutating func pair(of style: Style) -> (Int32, Bool)? {
        guard colours > 0 else { return (0, false) }
        let foreground = PaletteColour.number(style.foreground, available: colours)
        let background = PaletteColour.number(style.background, available: colours)
        // Palette indices that look the same here share a pair; numbers of direct colours are too large to be keys.
        let isDirect = colours > 256
        let outcome = pairs.number(
            foreground: isDirect ? style.foreground : UInt8(exactly: foreground.colour),
            background: isDirect ? style.background : UInt8(exactly: background.colour))
        switch outcome {
        case .known(let number): return (number, foreground.needsBold)
        case .full: return nil
        case .new(let number):
            // Without "own colours" in pairs, white on black is what most terminals mean by them.
            let fallbacks: (Int32, Int32) = hasOwnColours ? (-1, -1) : (7, 0)
            let isDefined = kvt_define_pair(
                number, foreground.colour < 0 ? fallbacks.0 : foreground.colour,
                background.colour < 0 ? fallbacks.1 : background.colour)
            return (isDefined ? number : 0, foreground.needsBold)
        }
    }
}

extension Terminal {
    /// The next input that is there already.
    package func nextInput() -> KeyDecoder.Input? {
        let input = kvt_read()
        switch input.kind {
        case .KVT_NOTHING: return nil
        case .KVT_SCALAR: return .scalar(input.value)
        case .KVT_UP: return .key(.up)
        case .KVT_DOWN: return .key(.down)
        case .KVT_LEFT: return .key(.left)
        case .KVT_RIGHT: return .key(.right)
        case .KVT_HOME: return .key(.home)
        case .KVT_END: return .key(.end)
        case .KVT_PAGE_UP: return .key(.pageUp)
        case .KVT_PAGE_DOWN: return .key(.pageDown)
        case .KVT_BACK_TAB: return .key(.backTab)
        case .KVT_ENTER: return .key(.enter)
        case .KVT_BACKSPACE: return .key(.backspace)
        case .KVT_DELETE: return .key(.delete)
        case .KVT_FUNCTION: return .key(.function(Int(input.value)))
        case .KVT_PASTE_BEGIN: return .pasteBegin
        case .KVT_PASTE_END: return .pasteEnd
        case .KVT_OTHER_KEY: return .otherKey
        }
    }
}
