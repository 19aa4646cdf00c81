import HybridKVKernels
import Testing

/// Weights p[m, rows], values v[rows, d] and what was there before, with padded strides.
private struct WeightedRows {
    let m: Int
    let rows: Int
    let d: Int
    let p: Block<Float>
    let v: StoredBlock
    let before: [Float]
    let offset: Int

    var ldp: Int { rows + 1 }
    var ldv: Int { d + 3 }

    init(m: Int, rows: Int, d: Int, storage: Storage, offset: Int = 0) {
        (self.m, self.rows, self.d, self.offset) = (m, rows, d, offset)
        p = Block(randomFloats(m * (rows + 1), seed: 4), offset: offset)
        v = StoredBlock(random: rows * (d + 3), as: storage, seed: 5, offset: offset)
        before = randomFloats(m * d, seed: 6)
    }

    /// The rows in consecutive pieces, the vectors of `out` in groups of `group`.
    func run(_ kernels: hkv_kernels, pieces: [Range<Int>]? = nil, group: Int? = nil) -> [Float] {
        let out = Block(before, offset: offset)
        let group = group ?? max(m, 1)
        for piece in pieces ?? [0..<rows] {
            for first in stride(from: 0, to: m, by: group) {
                kernels.accumulate(
                    min(group, m - first), piece.count, d, p.start + first * ldp + piece.lowerBound, ldp,
                    v.pointer(at: piece.lowerBound * ldv), v.storage.type, ldv, out.start + first * d, d)
            }
        }
        #expect(out.isFenced)
        return out.values
    }
}

@Suite struct AccumulateTests {
    @Test("Every element is its weighted sum", arguments: KernelSet.all, Storage.allCases)
    func matchesDefinition(set: KernelSet, storage: Storage) {
        for (index, d) in (lengthsAroundLanes + [20, 33, 64, 71, 80]).enumerated() {
            let offset = misalignments[index % misalignments.count]
            for (m, rows) in [(0, 3), (1, 0), (1, 1), (1, 65), (2, 64), (4, 3), (5, 7), (7, 130)] {
                let sums = WeightedRows(m: m, rows: rows, d: d, storage: storage, offset: offset)
                let result = sums.run(set.kernels)
                for i in 0..<m {
                    for j in 0..<d {
                        var value = Double(sums.before[i * d + j])
                        var magnitude = abs(value)
                        for row in 0..<rows {
                            let weight = Double(sums.p.start[i * sums.ldp + row])
                            let term = weight * Double(sums.v.values[row * sums.ldv + j])
                            value += term
                            magnitude += abs(term)
                        }
                        // A term is rounded once as a product and then at most once a row.
                        let tolerance = roundoff * Double(rows + 1) * magnitude
                        let error = abs(Double(result[i * d + j]) - value)
                        #expect(error <= tolerance, "m \(m) rows \(rows) d \(d)")
                    }
                }
            }
        }
    }

    @Test("Cutting rows or vectors does not change a bit", arguments: KernelSet.all, Storage.allCases)
    func ignoresCuts(set: KernelSet, storage: Storage) {
        for d in [3, 16, 20, 80, 128] {
            let sums = WeightedRows(m: 9, rows: 150, d: d, storage: storage)
            let whole = sums.run(set.kernels).bitPatterns
            let cuts: [[Range<Int>]] = [
                [0..<1, 1..<150], [0..<64, 64..<150], [0..<7, 7..<100, 100..<149, 149..<150],
                (0..<150).map { $0..<($0 + 1) },
            ]
            for pieces in cuts {
                for group in [1, 2, 4, 5, 9] {
                    let cut = sums.run(set.kernels, pieces: pieces, group: group).bitPatterns
                    #expect(cut == whole, "d \(d), \(pieces.count) pieces, \(group) vectors at a time")
                }
            }
        }
    }

    @Test("A weight of zero keeps what was there; NaN stays in its column", arguments: KernelSet.all)
    func keepsSpecialValues(set: KernelSet) {
        for d in 2...17 {
            for m in [1, 3, 4] {
                var p = [Float](repeating: 0, count: m * 2)
                p[0] = 1
                var v = [Float](repeating: .leastNonzeroMagnitude, count: 2 * d)
                v[1] = .nan
                v[d - 1] = d > 2 ? .infinity : .nan
                let out = Block([Float](repeating: 0, count: m * d))
                set.kernels.accumulate(m, 2, d, &p, 2, &v, HKV_F32, d, out.start, d)
                let result = out.values
                #expect(result[0] == .leastNonzeroMagnitude && result[1].isNaN)
                if d > 2 { #expect(result[d - 1] == .infinity) }
                for i in 1..<max(m, 1) { #expect(result[i * d] == 0 && result[i * d + 1].isNaN) }
            }
        }
    }
}
