import KVFacts

/// What a palette index becomes on a terminal with fewer colours, or with direct colour.
package enum PaletteColour {
    /// The number that curses takes for a palette index, -1 for the terminal's own colour; and whether the glyph has
    /// to be bold to look bright.
    package static func number(_ index: UInt8?, available: Int) -> (colour: Int32, needsBold: Bool) {
        guard let index else { return (-1, false) }
        let value = Int(index)
        // In a direct-colour entry the numbers from 8 on are red, green and blue.
        if available > 256 { return (value < 8 ? Int32(value) : Int32(rgb(value)), false) }
        if value < available { return (Int32(value), false) }
        let basic = value < 16 ? value : nearestBasic(value)
        if basic < available { return (Int32(basic), false) }
        return (Int32(basic % 8), basic >= 8)
    }

    /// Red, green and blue of xterm's palette, in one number.
    package static func rgb(_ index: Int) -> Int {
        switch index {
        case 0..<16: return basics[index]
        case 16..<232:
            let cube = index - 16
            return levels[cube / 36] << 16 | levels[cube / 6 % 6] << 8 | levels[cube % 6]
        default:
            let grey = 8 + 10 * (index - 232)
            return grey << 16 | grey << 8 | grey
        }
    }

    /// Red, green or blue of each step of the cube.
    package static let levels = [0, 95, 135, 175, 215, 255]

    private static let basics = [
        0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
        0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    ]

    private static func nearestBasic(_ index: Int) -> Int {
        let wanted = rgb(index)
        func distance(_ other: Int) -> Int {
            [16, 8, 0].reduce(0) { sum, shift in
                let difference = (wanted >> shift & 255) - (other >> shift & 255)
                return sum + difference * difference
            }
        }
        return basics.indices.min { distance(basics[$0]) < distance(basics[$1]) } ?? 7
    }
}
