import HybridKV

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// The commands of the compare screen, with good and bad arguments.
enum CompareCommandCases {
    static let all: [CommandCase] = branches + looking

    private static let methods = "expected hybridkv full snapkv"
    private static let nothing = "(nothing): expected METHOD, METHOD@12% or @12%"

    private static func branch(_ place: Int, _ name: String?, _ budget: Double?) -> Request {
        .compare(.branch(place, MethodWish(name: name, budget: budget)))
    }

    private static let branches: [CommandCase] = [
        CommandCase("a hybridkv@12%", branch(0, "hybridkv", 0.12)),
        CommandCase("a hybridkv @ 12 %", branch(0, "hybridkv", 0.12)),
        CommandCase("a fast", error: "no method 'fast': \(methods)"),
        CommandCase("a", error: nothing),
        CommandCase("b snapkv", branch(1, "snapkv", nil)), CommandCase("b @5", branch(1, nil, 0.05)),
        CommandCase("b snapkv@", error: "(nothing) is no budget: expected a share such as 12% or 0.12"),
        CommandCase("b @300%", error: "'300%' is more than the prompt: expected at most 100%"),
        CommandCase("c full", branch(2, "full", nil)), CommandCase("c off", .compare(.dropThird)),
        CommandCase("c none", error: "no method 'none': \(methods)"),
        CommandCase("compare", .compare(.start([]))),
        CommandCase(
            "compare hybridkv@10 snapkv@10%",
            .compare(
                .start([MethodWish(name: "hybridkv", budget: 0.1), MethodWish(name: "snapkv", budget: 0.1)]))),
        CommandCase("compare full full full full", error: "4 methods: expected at most three"),
        CommandCase("forced", .compare(.forced(true))), CommandCase("free", .compare(.forced(false))),
    ]

    private static let looking: [CommandCase] = [
        CommandCase("at 12", .compare(.select(12))), CommandCase("at end", .compare(.select(.max))),
        CommandCase("at", error: "(nothing) is no step: expected a number from 0 on"),
        CommandCase("at -1", error: "'-1' is no step: expected a number from 0 on"),
        CommandCase("difference", .compare(.difference(1))),
        CommandCase("difference back", .compare(.difference(-1))),
        CommandCase("difference up", error: "'up' is no direction: expected nothing or back"),
        CommandCase("focus b", .compare(.focus(1))), CommandCase("focus C", .compare(.focus(2))),
        CommandCase("focus d", error: "no branch 'd': expected a, b or c"),
        CommandCase("blame", .compare(.blame(nil))),
        CommandCase("blame 3 1", .compare(.blame(HeadID(layer: 3, head: 1)))),
        CommandCase("blame 6 0", error: "no head '6 0': expected LAYER below 6 and HEAD below 4"),
        CommandCase("view heads", .compare(.panel(.heads))),
        CommandCase("view all", error: "no view 'all': expected overview pictures heads texts"),
        CommandCase("grid", .compare(.grid(nil))), CommandCase("grid ac", .compare(.grid("AC"))),
        CommandCase("grid x", error: "no grid 'x': expected two of a b c, or one"),
        CommandCase("picture 3", .compare(.showPicture(2))),
        CommandCase("picture 0", error: "'0' is no picture: expected a number from 1 on"),
    ]
}
