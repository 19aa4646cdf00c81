import CPseudoTerminal

/// What a stream of terminal bytes asks for; takes the bytes as they come.
package struct OutputStream {
    /// Private modes that were switched on and not off again, such as 1049, the alternate screen.
    package private(set) var modesOn: Set<Int> = []
    /// Private modes that were ever switched on.
    package private(set) var modesEverOn: Set<Int> = []
    /// Whether the last word on the cursor was to hide it.
    package private(set) var isCursorHidden = false
    /// Whether a colour was chosen, or the terminal's own colour put back.
    package private(set) var hasColour = false
    private var state = State.text

    private enum State {
        case text
        case escape
        case sequence([UInt8])
    }

    /// Reads control sequences; everything else is passed over.
    package mutating func take(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            switch (state, byte) {
            // A sequence that a signal cut short ends where the next one begins, as in a terminal.
            case (_, 0x1B): state = .escape
            case (.escape, UInt8(ascii: "[")): state = .sequence([])
            case (.sequence(let parameters), 0x40...0x7E):
                obey(parameters: String(decoding: parameters, as: UTF8.self), final: byte)
                state = .text
            case (.sequence(let parameters), _): state = .sequence(parameters + [byte])
            case (.text, _), (.escape, _): state = .text
            }
        }
    }

    private mutating func obey(parameters: String, final: UInt8) {
        if parameters.hasPrefix("?") {
            for mode in parameters.dropFirst().split(separator: ";").compactMap({ Int($0) }) {
                switch (mode, final) {
                case (25, UInt8(ascii: "h")): isCursorHidden = false
                case (25, UInt8(ascii: "l")): isCursorHidden = true
                case (7, _): break  // lines that wrap are where terminals begin
                case (_, UInt8(ascii: "h")):
                    modesOn.insert(mode)
                    modesEverOn.insert(mode)
                case (_, UInt8(ascii: "l")): modesOn.remove(mode)
                default: break
                }
            }
        } else if final == UInt8(ascii: "m") {
            let numbers = parameters.split { $0 == ";" || $0 == ":" }.compactMap { Int($0) }
            if numbers.contains(where: { 30...49 ~= $0 || 90...107 ~= $0 }) { hasColour = true }
        }
    }
}

extension [UInt8] {
    /// Where a piece of text begins.
    package func offset(of text: String, from start: Int = 0) -> Int? {
        let wanted = [UInt8](text.utf8)
        let found = self[start...].withUnsafeBufferPointer { bytes in
            pty_find(bytes.baseAddress, Int64(bytes.count), wanted, Int64(wanted.count))
        }
        return found < 0 ? nil : start + Int(found)
    }
}
