import KVFacts

/// What the budget screen holds: the knob in hand, a draft beside the live plan, and what was measured of either.
package struct BudgetState: Sendable {
    /// Key of the selected knob.
    package var knob = "budget"
    /// nil while nothing differs from the live plan.
    package var draft: BudgetDraft?
    /// What `verify` measured for this prompt.
    package var verified: [VerifiedRun] = []

    /// Steps of a verification.
    package static let verifiedSteps = 16

    /// What was measured of a plan, if it was: only of exactly this plan.
    package func measured(_ plan: CompressionPlan?) -> VerifiedRun? {
        guard let plan else { return nil }
        return verified.last { $0.plan.settings == plan.settings && $0.plan == plan }
    }
}

/// Settings beside the live ones. A draft changes nothing until it is applied.
package struct BudgetDraft: Sendable {
    /// What became of the settings.
    package enum Outcome: Sendable {
        /// Not known yet.
        case pending
        /// The plan, from the stored evidence.
        case plan(CompressionPlan)
        /// No plan can be made; why.
        case refused(String)
    }

    package let settings: MethodSettings
    /// The command that asks for its plan; nil until there is a prompt to plan it for.
    package var command: CommandID?
    /// What the command's facts say.
    package private(set) var outcome = Outcome.pending

    package init(settings: MethodSettings, command: CommandID?) {
        self.settings = settings
        self.command = command
    }

    package var plan: CompressionPlan? { if case .plan(let plan) = outcome { plan } else { nil } }
    package var refusal: String? { if case .refused(let reason) = outcome { reason } else { nil } }

    /// Takes the answer to a command, if it is the draft's own.
    package mutating func take(_ outcome: Outcome, of command: CommandID?) {
        if command == self.command { self.outcome = outcome }
    }
}

/// One change of a draft.
package enum DraftChange: Sendable, Hashable {
    /// The share of the prompt.
    case budget(Double)
    /// Another method.
    case method(MethodWish)
    /// A parameter of the draft's method.
    case parameter(key: String, value: String)
    /// A head's class, or nil to leave it to the method.
    case head(HeadID, HeadClass?)
}

extension InspectorModel {
    /// The settings in force.
    package var liveSettings: MethodSettings { plan?.settings ?? settings }

    /// The settings of the draft, or those in force.
    package var draftSettings: MethodSettings { budget.draft?.settings ?? liveSettings }

    /// The draft's plan, where there is one about the same heads.
    package var comparableDraft: CompressionPlan? {
        guard let plan, let draft = budget.draft?.plan else { return nil }
        return plan.heads.map(\.id) == draft.heads.map(\.id) ? draft : nil
    }

    /// What the draft can turn.
    package var knobs: [Knob] { Knob.all(of: draftSettings, methods: methods) }

    /// Place of the selected knob; the first when the method does not have it.
    package var knobIndex: Int { knobs.firstIndex { $0.key == budget.knob } ?? 0 }

    /// Whether two settings ask for the same, defaults written out or not.
    package func isSame(_ left: MethodSettings, _ right: MethodSettings) -> Bool {
        left.name == right.name && left.forcedHeads == right.forcedHeads
            && (left.budget == right.budget || left.name == "full")
            && Knob.all(of: left, methods: methods).allSatisfy { knob in
                knob.key == "budget" || knob.value(in: left) == knob.value(in: right)
            }
    }
}
