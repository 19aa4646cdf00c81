// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// The engine's layers, bottom first. A layer may import those that it names, and the compiler refuses all others.
let layers: [Target] = [
    engine("Facts"),
    engine("Numerics", on: "Facts", kernels: true),
    engine("Files", on: "Facts", "Numerics"),
    engine("Inputs", on: "Facts", "Files", codecs: true),
    engine("Methods", on: "Facts", "Numerics", "Files"),
    engine("Model", on: "Facts", "Numerics", "Files", "Inputs", kernels: true),
    engine("Decode", on: "Facts", "Numerics", "Inputs", "Methods", "Model", kernels: true),
    engine("Study", on: "Facts", "Numerics", "Files", "Inputs", "Methods", "Model", "Decode"),
    engine("Live", on: "Facts", "Numerics", "Files", "Inputs", "Methods", "Model", "Decode", "Study"),
]

/// What a program that imports the umbrella is built against: the umbrella, and the layers that it re-exports.
let library: [Target.Dependency] = ["HybridKV"] + layers.map { .target(name: $0.name) }

func engine(_ name: String, on lower: String..., kernels: Bool = false, codecs: Bool = false) -> Target {
    .target(
        name: "KV" + name,
        dependencies: lower.map { .target(name: "KV" + $0) }
            + (kernels ? ["HybridKVKernels"] : []) + (codecs ? ["CImageCodecs"] : []),
        path: "Sources/Engine/" + name, swiftSettings: strict)
}

/// The inspector's layers, bottom first: what is known and how it is said, how messages change it, how it is drawn, how
/// it is told in lines, and the terminal. Of the engine they see the facts alone.
let inspector: [Target] = [
    inspector("Words"),
    inspector("Update", on: "Words"),
    inspector("View", on: "Words", "Update"),
    inspector("Plain", on: "Words", "Update"),
    inspector("Runtime", on: "Words", "Update", "View", "Plain", terminal: true),
]

func inspector(_ name: String, on lower: String..., terminal: Bool = false) -> Target {
    .target(
        name: "Inspector" + name,
        dependencies: ["KVFacts"] + lower.map { .target(name: "Inspector" + $0) }
            + (terminal ? ["CTerminal"] : []),
        path: "Sources/Inspector/" + name, swiftSettings: strict)
}

let package = Package(
    name: "kvscope",
    products: [
        .library(name: "HybridKV", targets: ["HybridKV"]),
        .executable(name: "kvscope", targets: ["kvscope"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        // The version range is the one of swift-configuration, whose YAML reader it is.
        .package(url: "https://github.com/jpsim/Yams", "5.4.0"..<"7.0.0"),
    ],
    targets: layers + inspector + [
        // The instruction set is chosen per function and at run time, so no unsafe flags are needed.
        .target(name: "HybridKVKernels", cSettings: [.define("_GNU_SOURCE")]),
        .systemLibrary(
            name: "CImageCodecs",
            providers: [.apt(["libpng-dev", "libturbojpeg0-dev", "libwebp-dev", "libexif-dev"])]),
        // The engine for other people's programs: re-exports the layers.
        .target(name: "HybridKV", dependencies: layers.map { .target(name: $0.name) }, swiftSettings: strict),
        .target(
            name: "CTerminal", cSettings: [.define("_GNU_SOURCE")],
            linkerSettings: [
                .linkedLibrary("ncursesw", .when(platforms: [.linux])),
                .linkedLibrary("tinfo", .when(platforms: [.linux])),
            ]),
        // What a person sets once, and what is written down of a run: no engine, no terminal.
        .target(
            name: "KVConfiguration",
            dependencies: [
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Yams", package: "Yams"),
            ],
            path: "Sources/Configuration",
            // As swift-configuration is built: its protocols say so.
            swiftSettings: strict + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]),
        .executableTarget(
            name: "kvscope",
            dependencies: library + [
                "InspectorWords", "InspectorUpdate", "InspectorPlain", "InspectorRuntime", "KVConfiguration",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        // Replaces malloc in the test executable, to count calls where there should be none.
        .target(
            name: "CAllocationCounter", path: "Tests/CAllocationCounter", cSettings: [.define("_GNU_SOURCE")]),
        // A table of kernels that counts what it is asked for.
        .target(
            name: "CKernelCounter", dependencies: ["HybridKVKernels"], path: "Tests/CKernelCounter",
            cSettings: [.define("_GNU_SOURCE")]),
        // The example of README.md.
        .executableTarget(
            name: "LibraryExample", dependencies: library, path: "samples/library", swiftSettings: strict
        ),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(
            name: "HybridKVKernelsTests",
            dependencies: library + ["HybridKVKernels", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "HybridKVTests",
            dependencies: library + [
                "HybridKVKernels", "CAllocationCounter", "CKernelCounter", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "InspectorTests",
            dependencies: library + ["TestSupport"] + inspector.map { .target(name: $0.name) },
            swiftSettings: strict),
        // A small shell with job control, and a terminal without a window: the real executable runs in them.
        .target(
            name: "CPseudoTerminal", path: "Tests/CPseudoTerminal", cSettings: [.define("_GNU_SOURCE")],
            linkerSettings: [.linkedLibrary("util", .when(platforms: [.linux]))]),
        .systemLibrary(name: "CVTerm", path: "Tests/CVTerm", providers: [.apt(["libvterm-dev"])]),
        // The language of the screens under Tests/Screens: read, written, compared.
        .target(name: "ScreenScript", path: "Tests/ScreenScript", swiftSettings: strict),
        .target(
            name: "TerminalEmulator", dependencies: ["CPseudoTerminal", "CVTerm", "ScreenScript"],
            path: "Tests/TerminalEmulator", swiftSettings: strict),
        .testTarget(
            name: "TerminalTests",
            dependencies: ["CTerminal", "CPseudoTerminal", "TerminalEmulator", "TestSupport", "kvscope"]
                + inspector.map { .target(name: $0.name) },
            swiftSettings: strict),
        .testTarget(
            name: "ScreenTests",
            dependencies: ["ScreenScript", "TerminalEmulator", "TestSupport", "kvscope"],
            swiftSettings: strict),
        .testTarget(
            name: "KvscopeTests", dependencies: library + ["KVConfiguration", "TestSupport", "kvscope"],
            swiftSettings: strict),
    ],
    cLanguageStandard: .gnu17
)

// A build compiles only the tests that it runs where KVSCOPE_TESTS says which: `engine`, `front` or `program`, or
// several of them with commas. The front end is tested in debug, the others in release, and the engine under sanitizers.
let kinds = [
    "InspectorTests": "front", "TerminalTests": "front", "KvscopeTests": "program", "ScreenTests": "program",
]
if let wanted = Context.environment["KVSCOPE_TESTS"]?.split(separator: ",").map(String.init) {
    package.targets.removeAll { $0.type == .test && !wanted.contains(kinds[$0.name] ?? "engine") }
}
