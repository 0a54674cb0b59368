// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "dspy-swift",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "DSPy", targets: ["DSPy"]),
        .executable(name: "dspy-swift", targets: ["dspy-swift"]),
    ],
    targets: [
        .systemLibrary(
            name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
        .systemLibrary(name: "CSystem"),
        .target(name: "OrderedJSON", swiftSettings: settings),
        .target(name: "DSPyCore", dependencies: ["OrderedJSON"], swiftSettings: settings),
        .target(
            name: "DSPyClients", dependencies: ["DSPyCore", "OrderedJSON", "CCurl", "CSQLite"], swiftSettings: settings),
        .target(
            name: "DSPyTools", dependencies: ["CSystem", "DSPyCore", "DSPyClients", "OrderedJSON"],
            swiftSettings: settings),
        .target(name: "DSPySpec", dependencies: ["DSPyCore", "OrderedJSON"], swiftSettings: settings),
        .target(
            name: "DSPy", dependencies: ["DSPyClients", "DSPyCore", "DSPyTools", "OrderedJSON"], swiftSettings: settings
        ),
        .target(name: "DSPyBatch", dependencies: ["Console", "DSPyCore", "OrderedJSON"], swiftSettings: settings),
        .target(name: "Console", swiftSettings: settings),
        .executableTarget(
            name: "dspy-swift",
            dependencies: ["Console", "DSPyCore", "DSPyBatch", "DSPyClients", "DSPySpec", "DSPyTools", "OrderedJSON"],
            swiftSettings: settings),
        .target(name: "TestSupport", dependencies: ["OrderedJSON"], path: "Tests/TestSupport", swiftSettings: settings),
        .target(
            name: "TestTraits", dependencies: ["TestSupport"], path: "Tests/TestTraits", swiftSettings: settings),
        .executableTarget(
            name: "mock-model-server", dependencies: ["TestSupport"], path: "Tests/MockServer", swiftSettings: settings),
        .testTarget(
            name: "OrderedJSONTests", dependencies: ["OrderedJSON", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "DSPyCoreTests", dependencies: ["DSPyCore", "OrderedJSON", "TestSupport", "TestTraits"],
            swiftSettings: settings),
        .testTarget(
            name: "DSPyClientsTests",
            dependencies: ["DSPyCore", "DSPyClients", "OrderedJSON", "TestSupport", "TestTraits"],
            swiftSettings: settings),
        .testTarget(
            name: "DSPyToolsTests",
            dependencies: ["DSPyCore", "DSPyClients", "DSPyTools", "OrderedJSON", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "DSPySpecTests", dependencies: ["DSPyCore", "DSPySpec", "OrderedJSON", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "DSPyBatchTests",
            dependencies: ["DSPyCore", "DSPyBatch", "OrderedJSON", "TestSupport", "TestTraits"],
            swiftSettings: settings),
        .testTarget(name: "ConsoleTests", dependencies: ["Console", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "ConformanceTests", dependencies: ["DSPyCore", "DSPyClients", "OrderedJSON", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "dspy-swift", "Console", "DSPyCore", "DSPyBatch", "DSPyClients", "OrderedJSON", "TestSupport",
            ],
            swiftSettings: settings),
    ]
)
