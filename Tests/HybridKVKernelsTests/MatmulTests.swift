import HybridKVKernels
import Testing

/// The operands of one product with padded strides, and its result by the definition.
private struct Product {
    let m: Int
    let n: Int
    let k: Int
    let lda: Int
    let ldb: Int
    let a: Block<Float>
    let b: StoredBlock
    let bias: Block<Float>

    init(m: Int, n: Int, k: Int, storage: Storage, offset: Int = 0) {
        (self.m, self.n, self.k) = (m, n, k)
        (lda, ldb) = (k + 3, k + 5)
        a = Block(randomFloats(m * lda, seed: 1), offset: offset)
        b = StoredBlock(random: n * ldb, as: storage, seed: 2, offset: offset)
        bias = Block(randomFloats(n, seed: 3), offset: offset)
    }

    /// Rows and columns from the given ones on; the result has no gaps.
    func run(
        _ kernels: hkv_kernels, rows: Range<Int>? = nil, columns: Range<Int>? = nil, biased: Bool = true
    ) -> [Float] {
        let rows = rows ?? 0..<m
        let columns = columns ?? 0..<n
        let out = Block([Float](repeating: .nan, count: rows.count * columns.count))
        kernels.matmul_nt(
            rows.count, columns.count, k, a.start + rows.lowerBound * lda, lda,
            b.pointer(at: columns.lowerBound * ldb), b.storage.type, ldb,
            biased ? bias.start + columns.lowerBound : nil, out.start, columns.count)
        #expect(out.isFenced)
        return out.values
    }

    /// The whole product, cut up by a team.
    func run(_ table: UnsafePointer<hkv_kernels>, team: OpaquePointer) -> [Float] {
        let out = Block([Float](repeating: .nan, count: m * n))
        hkv_team_matmul_nt(
            team, table, m, n, k, a.start, lda, b.pointer(), b.storage.type, ldb, bias.start, out.start, n)
        #expect(out.isFenced)
        return out.values
    }

    /// The exact element and the sum of the magnitudes that enter it.
    func exact(row: Int, column: Int, biased: Bool) -> (value: Double, magnitude: Double) {
        var value = biased ? Double(bias.start[column]) : 0
        var magnitude = abs(value)
        for i in 0..<k {
            let term = Double(a.start[row * lda + i]) * Double(b.values[column * ldb + i])
            value += term
            magnitude += abs(term)
        }
        return (value, magnitude)
    }

    /// Roundings on the way of one term: its product, its lane's steps, the sum over eight lanes, the sum over
    /// blocks (none shorter than 256) and the bias.
    var tolerance: Double { roundoff * Double(1 + (k + 7) / 8 + 3 + k / 256 + 1) }
}

@Suite struct MatmulTests {
    @Test("Every element is the sum of its products", arguments: KernelSet.all, Storage.allCases)
    func matchesDefinition(set: KernelSet, storage: Storage) {
        let lengths = lengthsAroundLanes + [31, 80, 127, 767, 768, 769, 1601]
        for (index, k) in lengths.enumerated() {
            let offset = misalignments[index % misalignments.count]
            for (m, n) in [(1, 1), (1, 9), (2, 3), (4, 8), (5, 7), (17, 10)] {
                let product = Product(m: m, n: n, k: k, storage: storage, offset: offset)
                let biased = (m + k) % 2 == 0
                let result = product.run(set.kernels, biased: biased)
                for row in 0..<m {
                    for column in 0..<n {
                        let exact = product.exact(row: row, column: column, biased: biased)
                        let error = abs(Double(result[row * n + column]) - exact.value)
                        #expect(error <= product.tolerance * exact.magnitude, "m \(m) n \(n) k \(k)")
                    }
                }
            }
        }
    }

    @Test("Every misalignment gives the same bits", arguments: KernelSet.all, Storage.allCases)
    func ignoresAlignment(set: KernelSet, storage: Storage) {
        for k in [7, 8, 20, 131] {
            let results = misalignments.map { offset in
                Product(m: 18, n: 11, k: k, storage: storage, offset: offset).run(set.kernels).bitPatterns
            }
            #expect(Set(results).count == 1, "k \(k)")
        }
    }

    @Test("An element does not depend on its neighbours", arguments: KernelSet.all, Storage.allCases)
    func ignoresNeighbours(set: KernelSet, storage: Storage) {
        for k in [0, 1, 8, 20, 77, 1601] {
            let product = Product(m: 21, n: 29, k: k, storage: storage)
            let whole = product.run(set.kernels)
            for rows in [0..<1, 20..<21, 3..<5, 2..<5, 6..<10, 5..<13, 4..<19, 1..<17, 0..<20] {
                for columns in [0..<1, 28..<29, 7..<9, 5..<13, 1..<25, 0..<29] {
                    let part = product.run(set.kernels, rows: rows, columns: columns)
                    let expected = rows.flatMap { row in columns.map { whole[row * 29 + $0] } }
                    #expect(part.bitPatterns == expected.bitPatterns, "k \(k), \(rows) x \(columns)")
                }
            }
        }
    }

    @Test("The number of threads does not change a bit", arguments: KernelSet.all, Storage.allCases)
    func ignoresThreads(set: KernelSet, storage: Storage) throws {
        // The first runs on the caller alone; the others are cut over columns, over rows, and over both.
        for (m, n, k) in [(3, 5, 40), (1, 700, 300), (300, 7, 100), (90, 80, 70)] {
            let product = Product(m: m, n: n, k: k, storage: storage)
            let expected = product.run(set.kernels).bitPatterns
            for threads in 1...4 {
                let team = try #require(hkv_team_create(threads))
                defer { hkv_team_destroy(team) }
                let result = product.run(set.table, team: team).bitPatterns
                #expect(result == expected, "m \(m) n \(n) k \(k) threads \(threads)")
            }
        }
    }

    @Test("Infinities and NaN stay in their row and column", arguments: KernelSet.all, [1, 4, 17])
    func keepsSpecialValues(set: KernelSet, m: Int) {
        for k in 1...17 {
            let n = 9
            var a = [Float](repeating: 1, count: m * k)
            var b = [Float](repeating: 0.5, count: n * k)
            a[k - 1] = .infinity
            b[2 * k - 1] = .nan
            b[3 * k - 1] = 0
            let out = Block([Float](repeating: 0, count: m * n))
            set.kernels.matmul_nt(m, n, k, &a, k, &b, HKV_F32, k, nil, out.start, n)
            let result = out.values
            #expect(result[0] == .infinity && result[1].isNaN && result[2].isNaN && result[8] == .infinity)
            for row in 1..<max(m, 1) {
                #expect(result[row * n] == Float(k) / 2 && result[row * n + 1].isNaN)
                #expect(result[row * n + 2] == Float(k - 1) / 2)
            }
        }
    }

    @Test("Denormal numbers count", arguments: KernelSet.all, [1, 4, 17])
    func keepsDenormals(set: KernelSet, m: Int) {
        for k in 1...17 {
            var a = [Float](repeating: 0, count: m * k)
            for row in 0..<m { a[row * k + (row + 3) % k] = .leastNonzeroMagnitude * Float(row + 1) }
            var b = [Float](repeating: 1, count: k)
            let out = Block([Float](repeating: 0, count: m))
            set.kernels.matmul_nt(m, 1, k, &a, k, &b, HKV_F32, k, nil, out.start, 1)
            #expect(out.values == (0..<m).map { .leastNonzeroMagnitude * Float($0 + 1) })
        }
    }
}
