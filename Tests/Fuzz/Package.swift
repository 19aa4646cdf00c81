// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nothing of it reaches the normal build. `run` builds it with the sanitizers.
let package = Package(
    name: "Fuzz",
    dependencies: [.package(name: "kvscope", path: "../..")],
    targets: [
        .target(name: "CFuzzDriver"),
        .executableTarget(
            name: "fuzz",
            dependencies: ["CFuzzDriver", .product(name: "HybridKV", package: "kvscope")],
            swiftSettings: [.treatAllWarnings(as: .error)]),
    ]
)
