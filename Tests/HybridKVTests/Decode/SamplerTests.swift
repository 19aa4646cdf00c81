import HybridKV
import Testing

@testable import KVDecode

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Choice of tokens against a plain computation in double.
@Suite struct SamplerTests {
    private let logits: [Float] = [1.5, -0.5, 2.25, 1.5, 0, -30, 3, 0.75]

    /// A sampler and the logits that it chooses from.
    private final class Draws {
        private var sampler: Sampler
        private let row: FloatMatrix

        init(_ logits: [Float], _ options: SamplingOptions = SamplingOptions()) {
            let compute = Compute(threads: 1)
            sampler = Sampler(options: options, vocabulary: logits.count, compute: compute)
            row = FloatMatrix(rows: 1, columns: logits.count)
            for (index, value) in logits.enumerated() { row.all.base[index] = value }
        }

        func next(forcing token: Int32? = nil) -> (token: Int32, logprob: Float, top: TopTokens)? {
            sampler.choose(row.all, forcing: token)
        }
    }

    /// log softmax at temperature 1.
    private func logprobs(_ values: [Float]) -> [Double] {
        let largest = Double(values.max() ?? 0)
        let sum = values.reduce(0) { $0 + exp(Double($1) - largest) }
        return values.map { Double($0) - largest - log(sum) }
    }

    /// Temperature, then top-k, then top-p, each with the mass renormalised.
    private func distribution(_ options: SamplingOptions) -> [Double] {
        let weights = logits.map { exp(Double($0) / options.temperature) }
        var order = logits.indices.sorted {
            weights[$0] == weights[$1] ? $0 < $1 : weights[$0] > weights[$1]
        }
        if options.topK > 0 { order = Array(order.prefix(options.topK)) }
        let total = order.reduce(0) { $0 + weights[$1] }
        var kept: [Int] = []
        var mass = 0.0
        for index in order where kept.isEmpty || mass < options.topP {
            kept.append(index)
            mass += weights[index] / total
        }
        let rest = kept.reduce(0) { $0 + weights[$1] }
        return logits.indices.map { kept.contains($0) ? weights[$0] / rest : 0 }
    }

    static let options: [SamplingOptions] = [
        SamplingOptions(temperature: 1), SamplingOptions(temperature: 0.5), SamplingOptions(temperature: 3),
        SamplingOptions(temperature: 1, topK: 1), SamplingOptions(temperature: 1, topK: 3),
        SamplingOptions(temperature: 1, topK: 100), SamplingOptions(temperature: 1, topP: 0.6),
        SamplingOptions(temperature: 1, topP: 0.9), SamplingOptions(temperature: 1, topP: 0),
        SamplingOptions(temperature: 1.5, topK: 4, topP: 0.75),
        SamplingOptions(temperature: 1.5, topK: 2, topP: 0.999),
    ]

    @Test(arguments: options)
    func drawsFollowTheDistribution(options: SamplingOptions) throws {
        let expected = distribution(options)
        var options = options
        options.seed = 11
        let sampler = Draws(logits, options)
        let draws = 20_000
        var counts = [Int](repeating: 0, count: logits.count)
        for _ in 0..<draws {
            let choice = try #require(sampler.next())
            counts[Int(choice.token)] += 1
        }
        var chiSquare = 0.0
        for (count, share) in zip(counts, expected) {
            let mean = share * Double(draws)
            if share == 0 {
                #expect(count == 0)
            } else if mean < 5 {
                #expect(count < 20)
            } else {
                chiSquare += (Double(count) - mean) * (Double(count) - mean) / mean
            }
        }
        // 26 is passed once in two thousand times with seven degrees of freedom; the seed is fixed.
        #expect(chiSquare < 26)
    }

    @Test func theSeedDecides() throws {
        func draws(_ seed: UInt64) throws -> [Int32] {
            let sampler = Draws(logits, SamplingOptions(temperature: 1, seed: seed))
            return try (0..<64).map { _ in try #require(sampler.next()).token }
        }
        #expect(try draws(5) == draws(5))
        #expect(try draws(5) != draws(6))
    }

    @Test(arguments: [0.0, 1e-50, 1e-40, 1e-6])
    func withoutTemperatureTheMostProbableIsTaken(temperature: Double) throws {
        let sampler = Draws(logits, SamplingOptions(temperature: temperature))
        for _ in 0..<50 { #expect(try #require(sampler.next()).token == 6) }
    }

    @Test func tiesGoToTheSmallerID() throws {
        let choice = try #require(Draws([0, 2, 2, 2, -1, 2, 2, 2]).next())
        #expect(choice.token == 1)
        #expect(choice.top.list.map(\.token) == [1, 2, 3, 5, 6])
    }

    @Test(arguments: [0.0, 0.7])
    func logprobsAreThoseOfTemperatureOne(temperature: Double) throws {
        let sampler = Draws(logits, SamplingOptions(temperature: temperature, seed: 2))
        let expected = logprobs(logits)
        for _ in 0..<20 {
            let choice = try #require(sampler.next())
            #expect(abs(Double(choice.logprob) - expected[Int(choice.token)]) < 1e-5)
            #expect(choice.top.list.map(\.token) == [6, 2, 0, 3, 7])
            for candidate in choice.top.list {
                #expect(abs(Double(candidate.logprob) - expected[Int(candidate.token)]) < 1e-5)
            }
        }
    }

    @Test func aForcedTokenHasItsOwnLogprobAndDrawsNothing() throws {
        let forcing = Draws(logits, SamplingOptions(temperature: 1, seed: 9))
        let free = Draws(logits, SamplingOptions(temperature: 1, seed: 9))
        let forced = try #require(forcing.next(forcing: 5))
        #expect(forced.token == 5)
        #expect(abs(Double(forced.logprob) - logprobs(logits)[5]) < 1e-5)
        for _ in 0..<20 {
            #expect(forcing.next()?.token == free.next()?.token)
        }
    }

    @Test func aSmallVocabularyLeavesPlacesEmpty() throws {
        let choice = try #require(Draws([0, 1], SamplingOptions(temperature: 1)).next())
        #expect(choice.top.list.map(\.token) == [1, 0])
    }

    @Test func impossibleTokensAreNeverDrawn() throws {
        let sampler = Draws([-.infinity, 0, 0], SamplingOptions(temperature: 2))
        for _ in 0..<200 { #expect(try #require(sampler.next()).token != 0) }
    }

    @Test(arguments: 0..<20)
    func logitsThatAreNoNumbersAreRefused(place: Int) {
        for bad in [Float.nan, .infinity] {
            for temperature in [0.0, 1] {
                var values = [Float](repeating: 0.5, count: 20)
                values[place] = bad
                #expect(Draws(values, SamplingOptions(temperature: temperature)).next() == nil)
            }
        }
        #expect(Draws(Array(repeating: -.infinity, count: 20)).next() == nil)
    }
}
