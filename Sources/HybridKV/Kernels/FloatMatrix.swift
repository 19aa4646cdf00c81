#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Scratch memory of 32-bit floats, [rows, columns], owned and freed by one place.
struct FloatMatrix: ~Copyable {
    /// The whole matrix.
    let all: FloatRows

    /// Reserves memory, set to zero, aligned for any vector instruction.
    init(rows: Int, columns: Int) {
        let count = max(1, rows * columns)
        let raw = UnsafeMutableRawPointer.allocate(
            byteCount: count * MemoryLayout<Float>.stride, alignment: 64)
        let base = raw.initializeMemory(as: Float.self, repeating: 0, count: count)
        all = FloatRows(base: base, rows: rows, columns: columns, stride: columns)
    }

    deinit {
        all.base.deallocate()
    }

    /// The first rows.
    func rows(_ count: Int) -> FloatRows {
        precondition(count <= all.rows)
        return FloatRows(base: all.base, rows: count, columns: all.columns, stride: all.stride)
    }
}

/// Rows of floats in memory that someone else owns; valid as long as the owner lives.
struct FloatRows {
    /// The first element of the first row.
    let base: UnsafeMutablePointer<Float>
    /// How many rows.
    let rows: Int
    /// Elements of one row.
    let columns: Int
    /// Elements from one row to the next.
    let stride: Int

    /// The first element of a row.
    func row(_ index: Int) -> UnsafeMutablePointer<Float> {
        precondition(index < rows)
        return base + index * stride
    }

    /// One row as rows of its own.
    func single(_ index: Int) -> FloatRows {
        FloatRows(base: row(index), rows: 1, columns: columns, stride: stride)
    }

    /// A copy of one row.
    func copy(ofRow index: Int) -> [Float] {
        Array(UnsafeBufferPointer(start: row(index), count: columns))
    }
}

/// Cores that this process may use.
enum ProcessorCount {
    static var online: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
