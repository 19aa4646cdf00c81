import InspectorUpdate
import InspectorWords
import KVFacts

/// The budget screen as sentences.
extension PlainText {
    /// Where the rows go, why the selected head has its rows, the checks, the knobs, and what a draft would change.
    package static func budget(_ model: InspectorModel) -> [String] {
        guard let plan = model.plan else { return ["BUDGET none yet: there is no plan"] }
        return sums("BUDGET", PlanTally(plan), model) + layers(plan, model.comparableDraft)
            + why(model) + checks("CHECK", plan) + knobs(model) + draft(model) + measured(model)
    }

    private static func sums(_ word: String, _ tally: PlanTally, _ model: InspectorModel) -> [String] {
        var lines = [
            "\(word) total \(tally.plan.totalRows) rows = \(NumberText.count(tally.sharingHeads, "head"))"
                + " x \(tally.uniformRows); \(tally.plan.budgetedRows) given, \(tally.remainder) left"
        ]
        for kind in PlanTally.Kind.allCases {
            guard let sum = tally.kinds[kind] else { continue }
            let name = kind == .outside ? "whole and outside the total" : kind.name
            lines.append("\(word) \(name): \(NumberText.count(sum.heads, "head")), \(sum.rows) rows")
        }
        if let geometry = model.geometry {
            let bytes = NumberText.bytes(tally.residentRows * geometry.rowBytes)
            lines.append(
                "\(word) resident \(bytes), counted: \(tally.residentRows) rows x \(geometry.rowBytes) B")
        }
        return lines
    }

    private static func layers(_ plan: CompressionPlan, _ draft: CompressionPlan?) -> [String] {
        let live = PlanTally(plan).layers
        let other = draft.map { PlanTally($0).layers }
        return live.indices.map { layer in
            let heads = (0..<plan.kvHeads).map { head -> String in
                let id = HeadID(layer: layer, head: head)
                let text = "kv\(head) \(plan[id].headClass.rawValue) \(plan[id].budget)"
                guard let after = draft?[id] else { return text }
                let name = after.headClass == plan[id].headClass ? "" : "\(after.headClass.rawValue) "
                return after.budget == plan[id].budget && name.isEmpty
                    ? text : "\(text) draft \(name)\(after.budget)"
            }
            let change = other.map { ", draft \($0[layer])" } ?? ""
            return "LAYER \(layer): \(live[layer]) rows\(change): \(heads.joined(separator: ", "))"
        }
    }

    /// Why the selected head has its rows.
    package static func why(_ model: InspectorModel) -> [String] {
        let reasons = model.reasons
        guard !reasons.isEmpty else { return ["WHY unknown yet: there is no plan"] }
        return reasons.flatMap { part in
            (part.reasons.sentences + part.reasons.details).map { "WHY \(part.title): \($0)" }
        }
    }

    private static func checks(_ word: String, _ plan: CompressionPlan) -> [String] {
        BudgetCheck.all(plan).map { "\($0.isOK ? "OK" : "WARN") \(word.lowercased()) \($0.text)" }
    }

    private static func knobs(_ model: InspectorModel) -> [String] {
        model.knobs.map { knob in
            let live = knob.value(in: model.liveSettings)
            let value = knob.value(in: model.draftSettings)
            return "KNOB \(knob.key) \(visible(live, asciiOnly: true))"
                + (live == value ? "" : ", draft \(visible(value, asciiOnly: true))")
                + ": \(knob.meaning)"
        }
    }

    /// What the draft comes to; nothing without a draft.
    package static func draft(_ model: InspectorModel) -> [String] {
        guard let plan = model.plan, let draft = model.budget.draft else { return [] }
        let name = SettingsText.full(draft.settings)
        switch draft.outcome {
        case .pending: return ["DRAFT \(name): being planned"]
        case .refused(let reason): return ["DRAFT \(name) is invalid: \(reason)"]
        case .plan(let drafted):
            var lines = ["DRAFT \(name) differs from the live plan; apply makes it true, revert drops it"]
            lines += sums("DRAFT", PlanTally(drafted), model) + checks("draft", drafted)
            if let change = PlanChange(from: plan, to: drafted) {
                lines.append(
                    "DRAFT adds \(change.added) rows to \(NumberText.count(change.gaining, "head")), "
                        + "takes \(change.taken) from \(NumberText.count(change.losing, "head"))")
                let heads = change.reclassed.map {
                    "\($0) \(plan[$0].headClass.rawValue) to \(drafted[$0].headClass.rawValue)"
                }
                lines.append(
                    "DRAFT classes: " + (heads.isEmpty ? "none changes" : heads.joined(separator: ", ")))
            }
            return lines
        }
    }

    /// What a verification measured of live plan and draft.
    package static func measured(_ model: InspectorModel) -> [String] {
        let plans = [("live", model.plan), ("draft", model.budget.draft?.plan)]
        return plans.compactMap { name, plan in
            guard plan != nil || name == "live" else { return nil }
            guard let run = model.budget.measured(plan) else { return "MEASURED \(name): n/a until verify" }
            let parts = BudgetRows.words(run).map { "\($0.name) \($0.text)" }.joined(separator: ", ")
            return "MEASURED \(name) over \(NumberText.count(run.steps, "step")): \(parts)"
        }
    }
}
