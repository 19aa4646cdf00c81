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
            comparison = LiveComparison(
                lockstep: lockstep, runWasPaused: comparison?.runWasPaused ?? isPaused)
            isPaused = false
            stepsLeft = nil
            nextStep = Stopwatch.now()
            outbox.post(.comparisonStarted(lockstep.start))
        } catch ModelError.cancelled {
            // Another prompt is on its way; nobody waits for this one's answer.
            return
        } catch {
            outbox.post(.refused("\(error)"))
        }
    }

    private func lockstep(_ request: ComparisonRequest) throws -> Lockstep {
        guard let model, let preparer else { throw SessionError.prefillReleased }
        return try Lockstep(
            Workbench(model, preparer, rowFormat: configuration.kvElement, compute: compute),
            prefilled: try prefill(for: request.methods), request: request,
            stopTokens: configuration.ignoresEnd ? [] : preparer.stopTokens)
    }

    /// Goes back to the run as it was.
    func endComparison() {
        guard let comparison else { return }
        isPaused = comparison.runWasPaused
        stepsLeft = nil
        nextStep = Stopwatch.now()
        self.comparison = nil
        outbox.post(.comparisonLeft)
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
            outbox.post(
                .compared(
                    LiveComparisonStep(
                        step: step, reference: name(step.reference),
                        branches: step.branches.map { name($0.token) })))
            if let reason = step.finish {
                stepsLeft = nil
                outbox.post(.comparisonEnded(reason))
            } else if let left = stepsLeft {
                stepsLeft = left > 1 ? left - 1 : nil
                if stepsLeft == nil { outbox.post(.paused) }
            }
        } catch {
            outbox.post(.refused("\(error)"))
            endComparison()
        }
    }

    /// Measures what one head of a branch is to blame for.
    func blame(branch: Int, _ head: HeadID) {
        guard let comparison else { return outbox.post(.refused("nothing is compared; :compare starts it")) }
        do {
            outbox.post(.blamed(try comparison.lockstep.blame(branch: branch, head: head)))
        } catch ModelError.cancelled {
            // Another prompt is on its way; nobody waits for this one's answer.
            return
        } catch {
            outbox.post(.refused("\(error)"))
        }
    }

    // MARK: What if

    /// Plans other settings from the stored evidence and leaves the run as it is.
    func draft(_ settings: MethodSettings) {
        do {
            let planner = try Planner(settings, modelFolder: configuration.model)
            let prefilled = try prefill(for: [settings])
            outbox.post(.drafted(try planner.plan(try prefilled.evidence(for: planner, compute: compute))))
        } catch ModelError.cancelled {
            // Another prompt is on its way; nobody waits for this one's answer.
            return
        } catch {
            outbox.post(.refused("\(error)"))
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
                    if queue.isStopped { return }
                }
                runs += part.indices.map { VerifiedRun(lockstep, branch: $0) }
            }
            outbox.post(.verified(runs))
        } catch ModelError.cancelled {
            // Another prompt is on its way; nobody waits for this one's answer.
            return
        } catch {
            outbox.post(.refused("\(error)"))
        }
    }
}
