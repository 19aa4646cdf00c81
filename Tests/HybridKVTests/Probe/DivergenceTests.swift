import HybridKV
import Testing

@testable import KVDecode
@testable import KVFacts
@testable import KVInputs
@testable import KVStudy

/// Divergence of two predictions, by hand.
@Suite struct DivergenceTests {
    @Test func equalPredictionsDoNotDiverge() {
        let logits: [Float] = [0.5, -2, 3, 1e4, -1e4]
        let found = Divergence(full: logits, branch: logits)
        #expect(found == Divergence(kl: 0, agrees: true, rank: 1))
    }

    @Test func aShiftOfAllLogitsIsNoDivergence() {
        let found = Divergence(full: [1, 2, 3], branch: [11, 12, 13])
        #expect(abs(found.kl) < 1e-12)
        #expect(found.agrees)
    }

    @Test func valuesByHand() {
        // p = (3/4, 1/4) and q = (1/4, 3/4): KL = 1/2 ln 3.
        let three = Float(1.0986122886681098)
        let found = Divergence(full: [three, 0], branch: [0, three])
        #expect(abs(found.kl - 0.5 * 1.0986122886681098) < 1e-6)
        #expect(!found.agrees)
        #expect(found.rank == 2)
    }

    @Test func ranksCountFromOneAndTiesGoToTheSmallerID() {
        #expect(Divergence(full: [0, 9, 0, 0], branch: [5, 1, 7, 6]).rank == 4)
        // Token 0 ties with token 1 and comes first; token 2 ties and comes after.
        #expect(Divergence(full: [0, 9, 0], branch: [1, 1, 1]).rank == 2)
        #expect(Divergence(full: [9, 0, 0], branch: [1, 1, 1]).agrees)
    }

    @Test func impossibleTokensAddNothing() {
        let found = Divergence(full: [0, -2000], branch: [0, -1])
        #expect(found.kl.isFinite)
        #expect(abs(found.kl - 0.31326168751822286) < 1e-9)  // ln(1 + 1/e)
    }
}
