import InspectorPlain
import InspectorUpdate
import InspectorView
import InspectorWords
import KVFacts

/// Turns what curses reads into keys and pasted text.
///
/// Escape sequences that curses does not know are passed over as a whole; otherwise Ctrl-Alt-Left, or a terminal's
/// answer to a question that another program asked, would press a handful of letters.
package struct KeyDecoder {
    /// What curses read.
    package enum Input: Hashable {
        /// A character or a control character.
        case scalar(UInt32)
        /// A key that curses knows.
        case key(Key)
        /// A key that nothing here uses.
        case otherKey
        /// The marks around pasted text.
        case pasteBegin, pasteEnd
    }

    private enum State {
        case plain
        case escape
        /// After Escape and `[`: passes over everything up to the final byte.
        case sequence
        /// After Escape and `O`: one byte more.
        case shortSequence
        case paste(String.UnicodeScalarView)
    }

    private static let pasteLimit = 1 << 16
    private var state = State.plain

    /// Messages that one more input completes.
    package mutating func take(_ input: Input) -> [InspectorMessage] {
        switch (state, input) {
        case (.paste(let text), .pasteEnd):
            state = .plain
            return [.paste(String(text))]
        case (.paste(var text), .scalar(let value)):
            // Terminals send line ends as Enter does.
            let scalar = value == 13 ? "\n" : Unicode.Scalar(value)
            if let scalar, text.count < Self.pasteLimit { text.append(scalar) }
            state = .paste(text)
            return []
        case (.paste, _):
            return []
        case (_, .pasteBegin):
            let waiting = endSequence()
            state = .paste(String.UnicodeScalarView())
            return waiting
        case (_, .pasteEnd), (_, .otherKey):
            return endSequence()
        case (_, .key(let key)):
            return endSequence() + [.key(key)]
        case (_, .scalar(let value)):
            return takeScalar(value)
        }
    }

    /// Nothing more is there to be read: an Escape that waits was the key. The rest of a longer sequence may still be
    /// on its way.
    package mutating func finish() -> [InspectorMessage] {
        guard case .escape = state else { return [] }
        state = .plain
        return [.key(.escape)]
    }

    /// Too much time went by since the last input: what comes now begins anew.
    package mutating func abandonSequence() {
        switch state {
        case .sequence, .shortSequence: state = .plain
        case .plain, .escape, .paste: break
        }
    }

    /// Ends a paste whose end mark never came; the runtime calls this after a while without input.
    package mutating func giveUpPaste() -> [InspectorMessage] {
        guard case .paste(let text) = state else { return [] }
        state = .plain
        return [.paste(String(text))]
    }

    private mutating func endSequence() -> [InspectorMessage] {
        abandonSequence()
        return finish()
    }

    private mutating func takeScalar(_ value: UInt32) -> [InspectorMessage] {
        switch state {
        case .sequence:
            if 0x40...0x7E ~= value { state = .plain }
            return []
        case .shortSequence:
            state = .plain
            return []
        case .escape:
            if value == 0x5B { state = .sequence } else if value == 0x4F { state = .shortSequence }
            if value == 0x5B || value == 0x4F { return [] }
            // Escape and a key at once are two keys: over a slow line they arrive together.
            state = value == 0x1B ? .escape : .plain
            return [.key(.escape)] + (value == 0x1B ? [] : Self.key(value))
        default:
            if value == 0x1B {
                state = .escape
                return []
            }
            return Self.key(value)
        }
    }

    private static func key(_ value: UInt32) -> [InspectorMessage] {
        switch value {
        case 9: return [.key(.tab)]
        case 10, 13: return [.key(.enter)]
        case 8, 127: return [.key(.backspace)]
        case 0: return [.key(.control(" "))]
        case 1...26:
            let letter = Unicode.Scalar(UInt8(value) + 0x60)
            return [.key(.control(Character(letter)))]
        case 28...31, 0x80..<0xA0: return []
        default:
            guard let scalar = Unicode.Scalar(value) else { return [] }
            return [.key(.character(Character(scalar)))]
        }
    }
}
