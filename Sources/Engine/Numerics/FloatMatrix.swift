#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Scratch memory of 32-bit floats, [rows, columns], owned and freed by one place.
package struct FloatMatrix: ~Copyable {
    /// The whole matrix.
    package let all: FloatRows

    /// Reserves memory, set to zero, aligned for any vector instruction.
    package init(rows: Int, columns: Int) {
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
    @inlinable package func rows(_ count: Int) -> FloatRows {
        precondition(count <= all.rows)
        return FloatRows(base: all.base, rows: count, columns: all.columns, stride: all.stride)
    }
}

/// Rows of floats in memory that someone else owns; valid as long as the owner lives.
@frozen package struct FloatRows {
    /// The first element of the first row.
    package let base: UnsafeMutablePointer<Float>
    /// How many rows.
    package let rows: Int
    /// Elements of one row.
    package let columns: Int
    /// Elements from one row to the next.
    package let stride: Int

    /// States every part.
    @inlinable package init(base: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int) {
        self.base = base
        self.rows = rows
        self.columns = columns
        self.stride = stride
    }

    /// The first element of a row.
    @inlinable package func row(_ index: Int) -> UnsafeMutablePointer<Float> {
        precondition(index < rows)
        return base + index * stride
    }

    /// One row as rows of its own.
    func single(_ index: Int) -> FloatRows {
        FloatRows(base: row(index), rows: 1, columns: columns, stride: stride)
    }

    /// A copy of one row.
    package func copy(ofRow index: Int) -> [Float] {
        Array(UnsafeBufferPointer(start: row(index), count: columns))
    }
}

/// Cores that this process may use.
enum ProcessorCount {
    static var online: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
