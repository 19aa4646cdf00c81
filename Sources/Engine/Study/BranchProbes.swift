import KVDecode
import KVFacts
import KVMethods
import KVNumerics

/// The probes of one branch: what each head's resident rows miss at every step, and what becomes of what they miss.
///
/// Reads the session between two steps and changes nothing.
final class BranchProbes {
    private let probes: ProbeSet
    private let truth: [RowStore]  // [heads], from the exact prefill
    private let tokenCount: Int
    private let compute: Compute
    private var fates: [FateBook]
    private var stabilities: [StabilityBook]
    /// The last step's measurements, layer by layer; empty before the first decode step.
    private(set) var heads: [HeadProbe] = []

    init(
        _ probes: ProbeSet, plan: CompressionPlan, evidence: PrefillEvidence, truth: [RowStore],
        compute: Compute
    ) {
        self.probes = probes
        self.truth = truth
        tokenCount = plan.tokenCount
        self.compute = compute
        fates = probes.contains(.fate) ? plan.heads.map { FateBook($0, tokenCount: plan.tokenCount) } : []
        stabilities =
            probes.contains(.stability)
            ? plan.heads.map { StabilityBook(evidence.attention(of: $0.id), id: $0.id) } : []
    }

    /// Whether anything is to be measured after a step.
    var isEmpty: Bool { probes.isDisjoint(with: [.recall, .fate, .stability]) }

    /// Measures every head after a decode step.
    func measure(_ session: borrowing DecodeSession) {
        guard !isEmpty, session.observer.lastStep >= 0 else { return }
        let cache = session.cache.heads
        let observer = session.observer
        var measured: [HeadProbe?] = Array(repeating: nil, count: cache.count)
        measured.withUnsafeMutableBufferPointer { measured in
            fates.withUnsafeMutableBufferPointer { fates in
                stabilities.withUnsafeMutableBufferPointer { stabilities in
                    // Safety: every part touches the entries of its own head only.
                    nonisolated(unsafe) let measured = measured
                    nonisolated(unsafe) let fates = fates
                    nonisolated(unsafe) let stabilities = stabilities
                    compute.parallel(cache.count) { index, _ in
                        let attention = TrueAttention(
                            of: cache[index], at: index, truth: truth[index], observer: observer,
                            tokenCount: tokenCount, compute: compute)
                        let mean = attention.mean()
                        if probes.contains(.recall) {
                            measured[index] = probe(cache[index], at: index, attention, mean)
                        }
                        if fates.count > 0 { fates[index].add(cache[index], mean) }
                        if stabilities.count > 0 { stabilities[index].add(mean) }
                    }
                }
            }
        }
        heads = measured.compactMap { $0 }
    }

    private func probe(
        _ head: HeadCache, at index: Int, _ attention: borrowing TrueAttention, _ mean: [Double]
    ) -> HeadProbe {
        if head.lostGeneratedRows > 0 {
            let gone = Reading.unavailable("rows of the answer were given up; their keys are gone")
            return HeadProbe(id: head.plan.id, recall: gone, best: gone, outputError: gone)
        }
        let generated = mean[tokenCount...].reduce(0, +)
        let best = Selection.sumOfLargest(head.promptRows, of: Array(mean[..<tokenCount])) + generated
        // The two sums run in different orders; no choice of rows is better than the best one all the same.
        let recall = attention.covered(by: head)
        return HeadProbe(
            id: head.plan.id, recall: .value(recall), best: .value(max(recall, min(1, best))),
            outputError: .value(attention.outputError(of: head, truth: truth[index], compute: compute)))
    }

    /// What became of missing rows; nil when it is not measured.
    var headFates: [HeadFate]? { probes.contains(.fate) ? fates.map(\.fate) : nil }

    /// How stable attention is; nil when it is not measured, and before the first decode step.
    var headStabilities: [HeadStability]? {
        guard probes.contains(.stability) else { return nil }
        let known = stabilities.compactMap(\.stability)
        return known.isEmpty ? nil : known
    }
}

/// Books of one head's missing rows.
struct FateBook {
    private let plan: HeadPlan
    private let tokenCount: Int
    private var wasMissing: [Bool]  // [N]
    private var wasNeeded: [Bool]  // [N]: while it was missing
    private var wasResident: [Bool]  // [chunks]
    private var cold = 0
    private var evictedThenNeeded = 0
    private var capacity = 0

    init(_ plan: HeadPlan, tokenCount: Int) {
        self.plan = plan
        self.tokenCount = tokenCount
        wasMissing = Array(repeating: false, count: tokenCount)
        wasNeeded = Array(repeating: false, count: tokenCount)
        wasResident = Array(repeating: false, count: plan.retrieval?.chunkCount ?? 0)
        for chunk in plan.retrieval?.initial ?? [] { wasResident[Int(chunk)] = true }
    }

    /// Adds a step: `mean` is the true attention, [N + generated].
    mutating func add(_ head: HeadCache, _ mean: [Double]) {
        var isResident = [Bool](repeating: false, count: tokenCount)
        head.forEachPromptToken { isResident[$0] = true }
        let even = 1 / Double(mean.count)
        for token in 0..<tokenCount where !isResident[token] {
            wasMissing[token] = true
            guard mean[token] > even else { continue }
            wasNeeded[token] = true
            if head.retriever != nil { capacity += 1 }
        }
        guard let retriever = head.retriever else { return }
        for chunk in wasResident.indices {
            if retriever.wasLoaded(chunk) {
                if wasResident[chunk] { evictedThenNeeded += 1 } else { cold += 1 }
            }
            if retriever.slot(of: chunk) >= 0 { wasResident[chunk] = true }
        }
    }

    var fate: HeadFate {
        HeadFate(
            id: plan.id, neverNeeded: zip(wasMissing, wasNeeded).count { $0 && !$1 },
            neededAgain: wasNeeded.count { $0 }, cold: cold, evictedThenNeeded: evictedThenNeeded,
            capacity: capacity)
    }
}

/// Books of one head's attention while decoding, against what the prefill attended to.
struct StabilityBook {
    private let id: HeadID
    private let prefillTop: [Int]  // ascending
    private var sums: [Double]  // [N]: true attention, added up over steps
    private var steps = 0

    init(_ evidence: [Double], id: HeadID) {
        self.id = id
        let count = max(1, Int((0.1 * Double(evidence.count)).rounded(.up)))
        prefillTop = Selection.best(count, of: Array(evidence.indices)) { evidence[$0] }
        sums = Array(repeating: 0, count: evidence.count)
    }

    /// Adds a step: `mean` is the true attention, [N + generated].
    mutating func add(_ mean: [Double]) {
        for token in sums.indices { sums[token] += mean[token] }
        steps += 1
    }

    var stability: HeadStability? {
        guard steps > 0 else { return nil }
        let top = Selection.best(prefillTop.count, of: Array(sums.indices)) { sums[$0] }
        let both = Set(top).intersection(prefillTop).count
        let mass = prefillTop.reduce(0.0) { $0 + sums[$1] } / Double(steps)
        return HeadStability(
            id: id, topOverlap: Double(both) / Double(2 * top.count - both), massOnPrefillTop: mass)
    }
}
