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
        guard let bench else { throw SessionError.prefillReleased }
        return try Lockstep(
            bench, prefilled: try prefill(for: request.methods), request: request,
            stopTokens: configuration.ignoresEnd ? [] : bench.preparer.stopTokens)
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
            guard let bench, let step = try comparison.lockstep.step() else { return }
            let name = { (token: BranchToken) in
                TokenBytes(
                    bytes: bench.tokenizer.bytes(of: token.token),
                    candidates: token.top.list.map { bench.tokenizer.bytes(of: $0.token) },
                    isSpecial: bench.tokenizer.isSpecial(token.token))
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
            guard let bench else { throw SessionError.prefillReleased }
            let planner = try bench.planner(settings)
            post(.drafted(try bench.plan(try prefill(for: [settings]), by: planner)))
            conclude()
        } catch {
            conclude(error)
        }
    }

    /// Measures settings against the full cache, teacher-forced over a few steps.
    func verify(_ settings: [MethodSettings], steps: Int) {
        do {
            let lockstep = try lockstep(ComparisonRequest(methods: settings, steps: steps + 1))
            while try lockstep.step() != nil {
                if queue.abandonsPrompt { throw ModelError.cancelled }
            }
            let runs = settings.indices.map { VerifiedRun(lockstep, branch: $0) }
            post(.verified(runs))
            conclude()
        } catch {
            conclude(error)
        }
    }
}
