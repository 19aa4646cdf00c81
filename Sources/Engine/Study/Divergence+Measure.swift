import KVFacts

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Divergence {
    /// Compares two predictions of the same token, [vocabulary] logits each; softmax runs in f64.
    init(full: [Float], branch: [Float]) {
        let exact = Divergence.logSoftmax(full)
        let other = Divergence.logSoftmax(branch)
        var kl = 0.0
        for token in exact.indices where exact[token] > -700 {
            kl += exp(exact[token]) * (exact[token] - other[token])
        }
        let top = Divergence.largest(full)
        let rank = branch.indices.reduce(1) { rank, token in
            let isAhead = branch[token] > branch[top] || (branch[token] == branch[top] && token < top)
            return isAhead ? rank + 1 : rank
        }
        // Rounding can leave a hair below 0, which no divergence is.
        self.init(kl: max(0, kl), agrees: Divergence.largest(branch) == top, rank: rank)
    }

    private static func logSoftmax(_ logits: [Float]) -> [Double] {
        let most = Double(logits.max() ?? 0)
        let sum = logits.reduce(0.0) { $0 + exp(Double($1) - most) }
        let shift = most + log(sum)
        return logits.map { Double($0) - shift }
    }

    /// The most probable token; ties go to the smaller id.
    private static func largest(_ logits: [Float]) -> Int {
        var best = 0
        for token in logits.indices where logits[token] > logits[best] { best = token }
        return best
    }
}
