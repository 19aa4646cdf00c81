import InspectorWords
import KVFacts

/// Commands that plan again, for the run or for a draft.
enum PlanCommands {
    static let all: [Command] = [
        Command(
            "budget", "12% | 0.12", "plan again with another budget", example: "12%",
            plain: .answers(.budget, "where the rows go, a draft beside the live plan, and what was measured")
        ) { arguments throws(CommandError) in .budget(try arguments.budget()) },
        Command(
            "method", "NAME[@12%]", "plan again with another method", example: "@12%",
            complete: { $0.words.isEmpty ? $0.methodNames : [] }
        ) { arguments throws(CommandError) in .method(try arguments.wish(arguments.rest)) },
        Command(
            "set", "KEY=VALUE", "plan again with a parameter of the method", example: "theta=0.8",
            complete: { $0.words.isEmpty ? $0.parameterKeys : [] }
        ) { arguments throws(CommandError) in
            let (key, value) = try arguments.parameter()
            return .set(key: key, value: value)
        },
        Command(
            "head", "L H CLASS", "force a head: static, dynamic, full or auto", example: "3 1 full",
            plain: .answers(
                .head, "why this class and budget, and which cells it holds; with L H another head"),
            complete: { $0.words.count == 2 ? HeadClass.allCases.map(\.rawValue) + ["auto"] : [] }
        ) { arguments throws(CommandError) in
            if arguments.words.count == 2, arguments.words.allSatisfy({ Int($0) != nil }) {
                return .look(try arguments.head(orElse: CommandError("", expected: "")))
            }
            let (id, headClass) = try arguments.forcedHead()
            return .force(id, headClass)
        },
        Command(
            "draft", "KEY=VALUE", "change the draft: budget, method, a parameter, or L H CLASS",
            example: "budget=12%",
            complete: { $0.words.isEmpty ? ["budget=", "method="] + $0.parameterKeys : [] }
        ) { arguments throws(CommandError) in .draft(try change(arguments)) },
        Command(
            "apply", "plan again with the draft", asks: .applyDraft,
            keys: [
                DefaultKey("a", hint: "apply", help: "plan again with the draft", on: [.budget], place: 19)
            ]),
        Command("revert", "drop the draft", asks: .revertDraft),
        Command(
            "verify", "measure live and draft by a short lockstep run", asks: .verify,
            keys: [
                DefaultKey(
                    "V", hint: "verify", help: "measure live and draft by a short lockstep run",
                    on: [.budget],
                    place: 20)
            ]),
        Command(
            "why", "why the selected head has its class and rows", asks: .why,
            plain: .answers(.why, "why the selected head has its class and rows"),
            keys: [
                DefaultKey(
                    "x", hint: "why", help: "why the selected head has its class and rows", on: [.budget],
                    place: 21
                )
            ]),
        Command(
            "larger", "larger budget", asks: .nextBudget(1), listing: .keys,
            keys: [
                DefaultKey(
                    "+", "=", hint: "budget", help: "larger budget, planned anew from the stored prefill",
                    place: 30
                )
            ]),
        Command(
            "smaller", "smaller budget", asks: .nextBudget(-1), listing: .keys,
            keys: [DefaultKey("-", help: "smaller budget", place: 31)]),
        Command(
            "force", "force the selected head to the next class", asks: .forceNext, listing: .keys,
            keys: [
                DefaultKey(
                    "f", hint: "force", help: "force the head: static, dynamic, full, then automatic",
                    place: 32)
            ]),
    ]

    private static func change(_ arguments: CommandArguments) throws(CommandError) -> DraftChange {
        if !arguments.rest.contains("="), arguments.words.count == 3 {
            let (id, headClass) = try arguments.forcedHead()
            return .head(id, headClass)
        }
        guard let (key, value) = arguments.assignment else {
            throw CommandError(
                "\(arguments.found) drafts nothing", expected: "KEY=VALUE, as in :draft budget=12%")
        }
        switch key {
        case "budget": return .budget(try CommandArguments.budget(value))
        case "method": return .method(try arguments.wish(value))
        // Which parameters there are depends on the draft's method.
        default: return .parameter(key: key, value: value)
        }
    }
}
