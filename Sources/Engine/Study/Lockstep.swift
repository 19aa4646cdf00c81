import KVDecode
import KVFacts
import KVMethods
import KVModel
import KVNumerics

/// Several caches over one prefill, token by token side by side: the full cache as the reference, once more as the
/// control, and a branch for each method.
///
/// All sessions share the prefill's rows, which stay as they are; what is measured is read between steps and changes no
/// token.
public final class Lockstep {
    /// What was asked for.
    public let request: ComparisonRequest
    /// What it begins with.
    public let start: ComparisonStart
    let bench: Workbench
    let prefilled: Prefilled
    let reference: Branch
    private let control: Branch
    let branches: [Branch]
    private let stopTokens: [Int32]
    private let evidence: [PrefillEvidence]  // of each branch
    /// Tokens of the reference so far.
    private(set) var referenceTokens: [Int32] = []
    /// Every step so far.
    public private(set) var steps: [ComparisonStep] = []

    /// One session.
    final class Branch {
        let plan: CompressionPlan
        let probes: BranchProbes?
        var session: DecodeSession
        /// Whether all tokens so far are the reference's, so that predictions can be compared.
        var hasSamePast = true
        var last: StepRecord?
        var isRunning = true

        init(plan: CompressionPlan, probes: BranchProbes?, session: consuming DecodeSession) {
            self.plan = plan
            self.probes = probes
            self.session = session
        }

        /// Makes a step, or repeats the last record once the answer is complete.
        func step(forcing token: Int32?) throws(SessionError) -> StepRecord {
            guard isRunning, let record = try session.step(forcing: token) else {
                isRunning = false
                return last ?? StepRecord(index: 0)
            }
            last = record
            return record
        }
    }

    /// Plans every method from the prefill's evidence and gets ready.
    /// - Parameter stopTokens: tokens that end an answer.
    /// - Throws: `.badRequest`, or what planning and sessions throw.
    public init(
        _ bench: Workbench, prefilled: Prefilled, request: ComparisonRequest, stopTokens: [Int32]
    ) throws {
        guard !request.methods.isEmpty, request.steps > 0 else {
            throw ComparisonError.badRequest(methods: request.methods.count, steps: request.steps)
        }
        self.bench = bench
        self.prefilled = prefilled
        self.request = request
        self.stopTokens = stopTokens
        let setup = BranchSetup(
            bench: bench, prefilled: prefilled, steps: request.steps, stopTokens: stopTokens)
        let fullPlan = try bench.plan(prefilled, by: try bench.planner(.full))
        // Observed when the branches are, so that times of steps compare.
        let isObserved = !request.probes.isDisjoint(with: [.recall, .fate, .stability])
        reference = try setup.branch(fullPlan, probes: nil, isObserved: isObserved)
        control = try setup.branch(fullPlan, probes: nil)
        let planners = try request.methods.map(bench.planner)
        evidence = try planners.map {
            try prefilled.evidence(for: $0, showing: .lastRows, compute: bench.compute)
        }
        let truth = prefilled.stores.compactMap { $0 }
        branches = try zip(planners, evidence).map { planner, evidence in
            let plan = try planner.plan(evidence)
            let probes = BranchProbes(
                request.probes, plan: plan, evidence: evidence, truth: truth, compute: bench.compute)
            return try setup.branch(plan, probes: probes.isEmpty ? nil : probes)
        }
        let tokens = prefilled.tokenCount
        start = ComparisonStart(
            plans: branches.map(\.plan), isForced: request.isForced, steps: request.steps,
            probes: request.probes,
            reference: "full cache of \(tokens) tokens, \(tokens * prefilled.geometry.kvBytesPerToken) bytes")
    }

    /// All sessions make a step; nil once the comparison is over.
    /// - Throws: `.notFinite` when logits are no numbers.
    public func step() throws(SessionError) -> ComparisonStep? {
        guard steps.last?.finish == nil else { return nil }
        let index = steps.count
        let record = try reference.step(forcing: nil)
        let logits = reference.session.nextLogits()
        if reference.isRunning { referenceTokens.append(record.token) }
        _ = try control.step(forcing: record.token)
        let measures = request.probes.contains(.divergence) && index > 0 && reference.isRunning
        let noise = measures ? Divergence(full: logits, branch: control.session.nextLogits()) : nil
        var rows: [BranchStep] = []
        var probeTime = 0
        for branch in branches {
            let own = try branch.step(forcing: request.isForced ? record.token : nil)
            var clock = Stopwatch()
            let isMeasured = index > 0 && branch.isRunning && reference.isRunning
            let divergence =
                measures && isMeasured && branch.hasSamePast
                ? Divergence(full: logits, branch: branch.session.nextLogits()) : nil
            if isMeasured { branch.probes?.measure(branch.session) }
            probeTime += clock.nanoseconds()
            if own.token != record.token { branch.hasSamePast = false }
            rows.append(
                BranchStep(
                    token: BranchToken(own), divergence: divergence, record: own,
                    heads: isMeasured ? branch.probes?.heads ?? [] : [], isRunning: branch.isRunning))
        }
        let step = ComparisonStep(
            index: index, reference: BranchToken(record), referenceRecord: record,
            isReferenceRunning: reference.isRunning, control: noise, branches: rows,
            probeNanoseconds: probeTime, finish: finish(record))
        steps.append(step)
        return step
    }

    /// A forced run ends with the reference's answer, a free one when all answers are complete.
    private func finish(_ record: StepRecord) -> FinishReason? {
        if steps.count + 1 >= request.steps { return record.finish ?? .length }
        if request.isForced { return record.finish }
        let all = [reference] + branches
        return all.allSatisfy { $0.last?.finish != nil } ? record.finish : nil
    }

    /// Describes all branches between two steps.
    public func snapshot(focus: HeadID) -> ComparisonSnapshot {
        ComparisonSnapshot(
            steps: steps.count, referenceMemory: reference.session.memory,
            branches: zip(branches, evidence).map { branch, evidence in
                let snapshot = branch.session.snapshot(focus: focus, evidence: evidence, recallLimit: 0)
                return BranchSnapshot(
                    memory: branch.session.memory, focus: snapshot.focus,
                    residentTokens: branch.session.residentTokens(),
                    heads: branch.probes?.heads ?? [], fates: branch.probes?.headFates,
                    stability: branch.probes?.headStabilities)
            })
    }
}

/// What every session of a comparison is made with.
struct BranchSetup {
    let bench: Workbench
    let prefilled: Prefilled
    let steps: Int
    let stopTokens: [Int32]

    /// - Parameter isObserved: records attention even without probes.
    func branch(
        _ plan: CompressionPlan, probes: BranchProbes?, isObserved: Bool = false
    ) throws(SessionError) -> Lockstep.Branch {
        let options = SessionOptions(
            maxTokens: steps, stopTokens: stopTokens, isObserved: isObserved || probes != nil,
            prefillIsKept: true)
        let session = try bench.session(consuming: prefilled, under: plan, options: options)
        return Lockstep.Branch(plan: plan, probes: probes, session: session)
    }
}

extension DecodeSession {
    /// Token indices of the prompt that each head holds resident, ascending; heads layer by layer.
    public func residentTokens() -> [[Int32]] {
        cache.heads.map { head in
            var tokens: [Int32] = []
            head.forEachPromptToken { tokens.append(Int32($0)) }
            return tokens
        }
    }
}

/// Why methods cannot be compared.
public enum ComparisonError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Too few or too many methods, or no step.
    case badRequest(methods: Int, steps: Int)
    /// Nothing was decoded yet that a head could be blamed for.
    case nothingToBlame
    /// There is no such branch or head.
    case noSuchBranch(Int, HeadID)

    /// What was found, what was expected and how to mend it.
    public var description: String {
        switch self {
        case .badRequest(let methods, let steps):
            "\(methods) methods over \(steps) steps cannot be compared; expected at least 1 of each"
        case .nothingToBlame: "no decode step was compared yet; step first"
        case .noSuchBranch(let branch, let head): "there is no head \(head) in branch \(branch + 1)"
        }
    }
}
