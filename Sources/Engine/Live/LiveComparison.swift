import KVDecode
import KVFacts
import KVFiles
import KVInputs
import KVMethods
import KVModel
import KVNumerics
import KVStudy

/// A comparison that a live run makes way for.
struct LiveComparison {
    /// The command that began it.
    let command: CommandID
    let lockstep: Lockstep
    /// Whether the run stood still before; it does so again afterwards.
    let runWasPaused: Bool

    /// True once the last step was made.
    var isFinished: Bool { lockstep.steps.last?.finish != nil }
}

extension LiveEngine {
    // MARK: Comparing

    /// Starts a comparison, or starts anew with another request.
    func compare(_ request: ComparisonRequest) {
        do {
            let lockstep = try lockstep(request)
            endStepping()
            comparison = LiveComparison(
                command: current, lockstep: lockstep, runWasPaused: comparison?.runWasPaused ?? isPaused)
            isPaused = false
            go()
            post(.comparisonStarted(lockstep.start))
            conclude()
        } catch {
            conclude(error)
        }
    }

    private func lockstep(_ request: ComparisonRequest) throws -> Lockstep {
        guard let model, let preparer else { throw SessionError.prefillReleased }
        return try Lockstep(
            Workbench(model, preparer, rowFormat: configuration.kvElement, compute: compute),
            prefilled: try prefill(for: request.methods), request: request,
            stopTokens: configuration.ignoresEnd ? [] : preparer.stopTokens)
    }

    /// Goes back to the run as it was, if it is not there already.
    /// - Parameter reason: why the comparison cannot go on, if that is it.
    func endComparison(because reason: String? = nil) {
        guard let comparison else { return }
        endStepping(reason.map { .refused($0) })
        isPaused = comparison.runWasPaused
        go()
        self.comparison = nil
        post(.comparisonLeft(reason: reason), comparison.command)
    }

    /// One step of all sessions.
    func compareStep(_ comparison: LiveComparison) {
        do {
            guard let preparer, let step = try comparison.lockstep.step() else { return }
            let name = { (token: BranchToken) in
                TokenBytes(
                    bytes: preparer.tokenizer.bytes(of: token.token),
                    candidates: token.top.list.map { preparer.tokenizer.bytes(of: $0.token) },
                    isSpecial: preparer.tokenizer.isSpecial(token.token))
            }
            post(
                .compared(
                    LiveComparisonStep(
                        step: step, reference: name(step.reference),
                        branches: step.branches.map { name($0.token) })), comparison.command)
            if let reason = step.finish { post(.comparisonEnded(reason), comparison.command) }
            didStep(isLast: step.finish != nil, of: .comparison)
        } catch {
            endComparison(because: "\(error)")
        }
    }

    /// Measures what one head of a branch is to blame for.
    func blame(branch: Int, _ head: HeadID) {
        guard let comparison else { return conclude(.refused("nothing is compared; :compare starts it")) }
        do {
            post(.blamed(try comparison.lockstep.blame(branch: branch, head: head)))
            conclude()
        } catch {
            conclude(error)
        }
    }

    // MARK: What if

    /// Plans other settings from the stored evidence and leaves the run as it is.
    func draft(_ settings: MethodSettings) {
        do {
            let planner = try Planner(settings, modelFolder: configuration.model)
            let prefilled = try prefill(for: [settings])
            post(.drafted(try planner.plan(try prefilled.evidence(for: planner, compute: compute))))
            conclude()
        } catch {
            conclude(error)
        }
    }

    /// Measures settings against the full cache, teacher-forced over a few steps.
    func verify(_ settings: [MethodSettings], steps: Int) {
        do {
            var runs: [VerifiedRun] = []
            for start in stride(from: 0, to: settings.count, by: ComparisonRequest.methodLimit) {
                let part = Array(settings[start..<min(start + ComparisonRequest.methodLimit, settings.count)])
                let lockstep = try lockstep(ComparisonRequest(methods: part, steps: steps + 1))
                while try lockstep.step() != nil {
                    if queue.abandonsPrompt { throw ModelError.cancelled }
                }
                runs += part.indices.map { VerifiedRun(lockstep, branch: $0) }
            }
            post(.verified(runs))
            conclude()
        } catch {
            conclude(error)
        }
    }
}
