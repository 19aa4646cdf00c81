/// PNG files made byte by byte, so that tests can make wrong ones.
struct MadePNG {
    var width: Int
    var height: Int
    var bitDepth: UInt8 = 8
    /// 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha.
    var colorType: UInt8
    /// Rows without their filter bytes.
    var rows: [[UInt8]]
    /// Chunks between header and data.
    var extra: [(type: String, content: [UInt8])] = []

    /// The file.
    var bytes: [UInt8] {
        let header = Self.bigEndian(width) + Self.bigEndian(height) + [bitDepth, colorType, 0, 0, 0]
        let raw = rows.flatMap { [UInt8(0)] + $0 }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Self.chunk("IHDR", header)
            + extra.flatMap { Self.chunk($0.type, $0.content) } + Self.chunk("IDAT", Self.stored(raw))
            + Self.chunk("IEND", [])
    }

    /// zlib data without compression.
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: max(bytes.count, 1), by: 65535) {
            let block = bytes[start..<min(start + 65535, bytes.count)]
            let count = UInt16(block.count)
            result.append(start + 65535 >= bytes.count ? 1 : 0)
            result +=
                [UInt8(count & 0xFF), UInt8(count >> 8), UInt8(~count & 0xFF), UInt8(~count >> 8)] + block
        }
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            a = (a + UInt32(byte)) % 65521
            b = (b + a) % 65521
        }
        return result + bigEndian(Int(b << 16 | a))
    }

    private static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + content
        var crc = UInt32.max
        for byte in body {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return bigEndian(content.count) + body + bigEndian(Int(~crc))
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        [UInt8(value >> 24 & 0xFF), UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)]
    }
}
