/// Gives every chunk of a PNG file the checksum that libpng wants, so that changed chunks are looked at.
func withChunkChecksums(_ file: [UInt8]) -> [UInt8] {
    var file = file
    var offset = 8
    while offset + 12 <= file.count {
        let length = file[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
        let end = offset + 8 + length
        guard end + 4 <= file.count else { return file }
        let sum = checksum(file[offset + 4..<end])
        for (place, shift) in zip(end..<end + 4, [24, 16, 8, 0] as [UInt32]) {
            file[place] = UInt8(sum >> shift & 0xFF)
        }
        offset = end + 4
    }
    return file
}

/// CRC-32.
private func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
        sum ^= UInt32(byte)
        for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
}
