/// The printable stand-ins that byte-level BPE files use for the 256 byte values (GPT-2's `bytes_to_unicode`).
///
/// Printable Latin-1 scalars stand for themselves; the other bytes, in order, are U+0100 and following.
enum ByteAlphabet {
    /// The stand-in of each byte value; 256 scalars.
    static let scalars: [Unicode.Scalar] = {
        var next: UInt32 = 0x100
        return (0...255).map { (byte: UInt32) in
            if isPrintable(byte) { return Unicode.Scalar(UInt8(byte)) }
            defer { next += 1 }
            return Unicode.Scalar(next) ?? "?"
        }
    }()

    /// The byte that each stand-in up to U+0143 means; `nil` for other scalars.
    private static let bytes: [UInt8?] = {
        var bytes = [UInt8?](repeating: nil, count: 0x144)
        for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar.value)] = UInt8(byte) }
        return bytes
    }()

    /// The bytes that a vocabulary entry means: its stand-ins' bytes or, when it holds any other scalar, its
    /// own UTF-8, as the `ByteLevel` decoder of tokenizers does.
    static func bytes(of entry: String) -> [UInt8] {
        var result: [UInt8] = []
        for scalar in entry.unicodeScalars {
            guard scalar.value < bytes.count, let byte = bytes[Int(scalar.value)] else {
                return Array(entry.utf8)
            }
            result.append(byte)
        }
        return result
    }

    private static func isPrintable(_ byte: UInt32) -> Bool {
        (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte)
    }
}
