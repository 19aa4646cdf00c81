import Foundation
import HybridKVKernels
import Testing

/// Kernels whose elements are functions of one or two others.
@Suite struct VectorTests {
    private static let lengths = lengthsAroundLanes + [20, 40, 131]

    /// Zeros, denormals, large and small ones, among values around 1.
    private func values(_ count: Int, seed: UInt64) -> [Float] {
        let denormal: [Float] = [.leastNonzeroMagnitude, -0x1p-140]
        let special = denormal + [0, -0.0, 1e-20, -30, 25, -100, 1e30, -1e30]
        return randomFloats(count, seed: seed).enumerated().map { index, x in
            index % 3 == 1 ? special[(index / 3 + count) % special.count] : x * 4
        }
    }

    @Test("RMS norm matches the definition", arguments: KernelSet.all, Storage.allCases)
    func normalizes(set: KernelSet, storage: Storage) {
        for n in Self.lengths {
            for offset in misalignments {
                let x = Block(randomFloats(n, seed: 7), offset: offset)
                let weight = StoredBlock(random: n, as: storage, seed: 8, offset: offset)
                let out = Block([Float](repeating: .nan, count: n), offset: offset)
                set.kernels.rms_norm(x.start, weight.pointer(), storage.type, n, 1e-6, out.start)
                #expect(out.isFenced)
                let squares = x.values.reduce(0.0) { $0 + Double($1) * Double($1) }
                let root = (squares / Double(n) + Double(Float(1e-6))).squareRoot()
                for (i, result) in out.values.enumerated() {
                    // Squares are summed in f64; the factor and two products are rounded to f32.
                    let expected = Double(x.start[i]) / root * Double(weight.values[i])
                    #expect(abs(Double(result) - expected) <= 3.01 * roundoff * abs(expected), "n \(n)")
                }
                let separate = out.values
                set.kernels.rms_norm(x.start, weight.pointer(), storage.type, n, 1e-6, x.start)
                #expect(x.values == separate)
                withExtendedLifetime(weight) {}
            }
        }
    }

    @Test("SiLU times up matches the definition", arguments: KernelSet.all)
    func gates(set: KernelSet) {
        for n in Self.lengths {
            for offset in misalignments {
                let gate = values(n, seed: 10)
                let up = randomFloats(n, seed: 11)
                let block = Block(gate, offset: offset)
                let upBlock = Block(up, offset: offset)
                set.kernels.silu_gate(block.start, upBlock.start, n)
                #expect(block.isFenced && upBlock.values == up)
                for (i, result) in block.values.enumerated() {
                    let expected = Double(gate[i]) / (1 + exp(-Double(gate[i]))) * Double(up[i])
                    // The exponential is good to 3 roundings; then a sum, a quotient and a product. Where it
                    // overflows the result is 0: the exact one is below 89 / e^88.7.
                    let tolerance = 6 * roundoff * abs(expected) + 89 * exp(-88.7) * abs(Double(up[i]))
                    #expect(abs(Double(result) - expected) <= tolerance, "gate \(gate[i])")
                }
            }
        }
    }

    @Test("GELU is the exact one", arguments: KernelSet.all)
    func activates(set: KernelSet) {
        var x = stride(from: -15, through: 15, by: 0.0137).map { Float($0) } + values(60, seed: 12)
        let expected = x.map { 0.5 * Double($0) * erfc(-Double($0) / 2.0.squareRoot()) }
        let input = x
        set.kernels.gelu(&x, x.count)
        for i in x.indices {
            // The error function is good to 1e-7; its argument and three products are rounded, denormal ones
            // to whole steps.
            let smallest = Double(Float.leastNonzeroMagnitude)
            let tolerance = 0.5 * abs(Double(input[i])) * 1e-7 + 4 * roundoff * abs(expected[i]) + smallest
            #expect(abs(Double(x[i]) - expected[i]) <= tolerance, "x \(input[i])")
        }
    }

    @Test("Infinity passes the activations, NaN stays NaN", arguments: KernelSet.all)
    func keepsSpecialValues(set: KernelSet) {
        for n in 2...17 {
            var gate = [Float](repeating: .infinity, count: n)
            gate[n - 1] = .nan
            var other = gate
            set.kernels.silu_gate(&gate, [Float](repeating: 2, count: n), n)
            set.kernels.gelu(&other, n)
            #expect(gate[n - 2] == .infinity && gate[n - 1].isNaN)
            #expect(other[n - 2] == .infinity && other[n - 1].isNaN)
        }
    }

    @Test("A result does not depend on its place", arguments: KernelSet.all)
    func ignoresPlace(set: KernelSet) {
        for x in [-90, -3.3, -1.4142, -0.7, 0x1p-130, 0.4, 1.5, 7] as [Float] {
            var silu: Set<UInt32> = []
            var gelu: Set<UInt32> = []
            for n in 1...17 {
                var gate = [Float](repeating: x, count: n)
                var other = gate
                set.kernels.silu_gate(&gate, [Float](repeating: 1.7, count: n), n)
                set.kernels.gelu(&other, n)
                silu.formUnion(gate.bitPatterns)
                gelu.formUnion(other.bitPatterns)
            }
            #expect(silu.count == 1 && gelu.count == 1, "x \(x)")
        }
    }

    @Test("Sums, rotations and bounds are exact", arguments: KernelSet.all, misalignments)
    func computesElementwise(set: KernelSet, offset: Int) {
        for n in Self.lengths {
            let (x, y) = (values(n, seed: 13), randomFloats(n, seed: 14))
            let sum = Block(x, offset: offset)
            let other = Block(y, offset: offset)
            set.kernels.add(sum.start, other.start, n)
            #expect(sum.isFenced && other.values == y)
            #expect(sum.values.bitPatterns == zip(x, y).map(+).bitPatterns)

            let low = Block(y, offset: offset)
            let high = Block(y, offset: offset)
            let between = Block(x, offset: offset)
            set.kernels.bounds(between.start, low.start, high.start, n)
            #expect(low.isFenced && high.isFenced && between.values == x)
            #expect(low.values == zip(x, y).map { min($0, $1) })
            #expect(high.values == zip(x, y).map { max($0, $1) })

            let pairs = randomFloats(2 * n, seed: 15)
            let cosine = Block(randomFloats(n, seed: 16), offset: offset)
            let sine = Block(randomFloats(n, seed: 17), offset: offset)
            let rotated = Block(pairs, offset: offset)
            set.kernels.rotate(rotated.start, cosine.start, sine.start, 2 * n)
            #expect(rotated.isFenced)
            let (c, s) = (cosine.values, sine.values)
            let first = (0..<n).map { pairs[$0] * c[$0] - pairs[$0 + n] * s[$0] }
            let second = (0..<n).map { pairs[$0 + n] * c[$0] + pairs[$0] * s[$0] }
            #expect(rotated.values.bitPatterns == (first + second).bitPatterns)
        }
    }

    @Test("Bounds pass over NaN", arguments: KernelSet.all)
    func boundsIgnoreNaN(set: KernelSet) {
        for n in 1...17 {
            var low = [Float](repeating: -1, count: n)
            var high = [Float](repeating: 1, count: n)
            set.kernels.bounds([Float](repeating: .nan, count: n), &low, &high, n)
            #expect(low.allSatisfy { $0 == -1 } && high.allSatisfy { $0 == 1 })
        }
    }
}
