import KVFacts

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The rows of one head: its keys and its values, [capacity, dimension] each, in memory of its own.
///
/// One allocation per head, so that a head that is pruned can really give its rows back. Keys are stored rotated.
package final class RowStore: @unchecked Sendable {
    // Safety: one owner writes a store while it is being filled (a prefill, or a session's resident tier); a store
    // that is shared between sessions, the offloaded tier, is never written again.

    /// Rows that fit.
    package let capacity: Int
    /// Channels of a row.
    package let dimension: Int
    /// How a row is stored.
    package let format: RowFormat
    /// [capacity, dimension].
    package let keys: UnsafeMutableRawPointer
    /// [capacity, dimension].
    package let values: UnsafeMutableRawPointer
    /// Bytes that the process holds for it.
    package let allocatedBytes: Int
    private let isMapped: Bool

    /// Reserves room for `capacity` rows.
    package convenience init(capacity: Int, dimension: Int, format: RowFormat) {
        self.init(capacity: capacity, dimension: dimension, format: format, hasValues: true)
    }

    /// Reserves room for keys alone, such as the representatives of chunks.
    package convenience init(keysOnly capacity: Int, dimension: Int, format: RowFormat) {
        self.init(capacity: capacity, dimension: dimension, format: format, hasValues: false)
    }

    private init(capacity: Int, dimension: Int, format: RowFormat, hasValues: Bool) {
        self.capacity = capacity
        self.dimension = dimension
        self.format = format
        let half = capacity * format.bytes(channels: dimension)
        let memory = RowStore.allocate(bytes: max(hasValues ? 2 * half : half, 64))
        keys = memory.base
        values = hasValues ? memory.base + half : memory.base
        allocatedBytes = memory.bytes
        isMapped = memory.isMapped
    }

    deinit {
        if isMapped { munmap(keys, allocatedBytes) } else { free(keys) }
    }

    /// Bytes of one key, or of one value.
    @inlinable package var vectorBytes: Int { format.bytes(channels: dimension) }

    /// The key of a row.
    @inlinable package func key(_ row: Int) -> UnsafeMutableRawPointer { keys + row * vectorBytes }

    /// The value of a row.
    @inlinable package func value(_ row: Int) -> UnsafeMutableRawPointer { values + row * vectorBytes }

    /// Takes a row out of the first `count`: those behind it move up by one.
    package func remove(row: Int, of count: Int) {
        precondition(row < count && count <= capacity)
        let bytes = (count - row - 1) * vectorBytes
        memmove(key(row), key(row) + vectorBytes, bytes)
        memmove(value(row), value(row) + vectorBytes, bytes)
    }

    /// Copies rows of another store of the same shape.
    package func copy(rows: Range<Int>, of source: RowStore, to row: Int) {
        precondition(source.vectorBytes == vectorBytes && source.format == format)
        precondition(row + rows.count <= capacity && rows.upperBound <= source.capacity)
        key(row).copyMemory(from: source.key(rows.lowerBound), byteCount: rows.count * vectorBytes)
        value(row).copyMemory(from: source.value(rows.lowerBound), byteCount: rows.count * vectorBytes)
    }

    /// Whole pages come straight from the system and go straight back to it: `free` may keep freed memory in the
    /// process, and then bytes that a method saves would not be saved.
    private static func allocate(bytes: Int) -> (base: UnsafeMutableRawPointer, bytes: Int, isMapped: Bool) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        if bytes >= 4 * page {
            let size = (bytes + page - 1) / page * page
            if let base = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
                base != MAP_FAILED
            {
                return (base, size, true)
            }
        }
        var base: UnsafeMutableRawPointer?
        let size = (bytes + 63) / 64 * 64
        guard posix_memalign(&base, 64, size) == 0, let base else {
            preconditionFailure("out of memory for \(bytes) bytes of cache rows")
        }
        base.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        return (base, size, false)
    }
}
