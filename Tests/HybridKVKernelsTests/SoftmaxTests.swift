import Foundation
import HybridKVKernels
import Testing

@Suite struct SoftmaxTests {
    /// Softmax by the definition.
    private func exact(_ x: [Float], scale: Float) -> [Double] {
        let scaled = x.map { Double($0) * Double(scale) }
        let highest = scaled.max() ?? 0
        let powers = scaled.map { exp($0 - highest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

    private func run(_ set: KernelSet, _ x: [Float], scale: Float, offset: Int = 0) -> [Float] {
        let block = Block(x, offset: offset)
        set.kernels.softmax(block.start, x.count, scale)
        #expect(block.isFenced)
        return block.values
    }

    @Test("Weights match the definition and sum to 1", arguments: KernelSet.all, [0.125, 1, 20] as [Float])
    func matchesDefinition(set: KernelSet, scale: Float) {
        for n in lengthsAroundLanes + [31, 100, 1000] {
            let x = randomFloats(n, seed: UInt64(n))
            let expected = exact(x, scale: scale)
            // The exponent carries the roundings of two scaled values and of their difference, each at most
            // 2 * scale large (the difference 4); the exponential is good to 3 roundings. The sum carries the
            // same once more, then come its inverse and one product.
            let relative = roundoff * (2 * (8 * Double(scale) + 3) + 2)
            for offset in misalignments {
                let result = run(set, x, scale: scale, offset: offset)
                for i in 0..<n {
                    let tolerance = relative * expected[i] + Double(Float.leastNonzeroMagnitude)
                    #expect(abs(Double(result[i]) - expected[i]) <= tolerance, "n \(n)")
                }
                // Each weight is rounded at most by half an ulp of itself after the sum was taken in f64.
                let sum = result.reduce(0) { $0 + Double($1) }
                if n > 0 { #expect(abs(sum - 1) <= 3 * roundoff, "n \(n)") }
            }
        }
    }

    @Test("Exponentials reach from 1 down to 0 through the denormal numbers", arguments: KernelSet.all)
    func coversTheRange(set: KernelSet) {
        var x: Float = 0
        while x < 120 {
            let result = run(set, [0, -x, -x], scale: 1)
            let expected = exp(Double(-x)) / (1 + 2 * exp(Double(-x)))
            // No rounding of the exponent here; below the normal numbers an ulp is the smallest of them.
            let tolerance = 6 * roundoff * expected + Double(Float.leastNonzeroMagnitude)
            #expect(abs(Double(result[1]) - expected) <= tolerance, "x \(x)")
            #expect(result[1] == result[2])
            x += 0.173
        }
    }

    @Test("Hidden and far entries weigh nothing", arguments: KernelSet.all)
    func hidesEntries(set: KernelSet) {
        for n in 1...17 {
            for visible in 0..<n {
                var x = [Float](repeating: -.infinity, count: n)
                x[visible] = -3
                var expected = [Float](repeating: 0, count: n)
                expected[visible] = 1
                #expect(run(set, x, scale: 0.5) == expected)
                x = x.map { $0 == -3 ? $0 : -1e30 }
                #expect(run(set, x, scale: 0.5) == expected)
            }
        }
    }

    @Test("One NaN makes all weights NaN", arguments: KernelSet.all)
    func spreadsNaN(set: KernelSet) {
        for n in 1...17 {
            for place in 0..<n {
                var x = randomFloats(n, seed: 9)
                x[place] = .nan
                let weights = run(set, x, scale: 1)
                #expect(weights.allSatisfy { $0.isNaN })
            }
        }
    }
}
