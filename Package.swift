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
        .systemLibrary(
            name: "CMicroHTTPD", providers: [.apt(["libmicrohttpd-dev"]), .brew(["libmicrohttpd"])]),
        .systemLibrary(name: "CSystem"),
        .target(name: "Basics", swiftSettings: settings),
        .target(name: "OrderedJSON", dependencies: ["Basics"], swiftSettings: settings),
        .target(name: "Platform", dependencies: ["Basics", "CSystem", "OrderedJSON"], swiftSettings: settings),
        .target(name: "Transport", dependencies: ["Basics", "CCurl", "Platform"], swiftSettings: settings),
        .target(name: "HTTPServer", dependencies: ["Basics", "CMicroHTTPD", "Platform"], swiftSettings: settings),
        .target(name: "DSPyCore", dependencies: ["Basics", "OrderedJSON"], swiftSettings: settings),
        .target(
            name: "DSPyClients",
            dependencies: ["Basics", "CSQLite", "DSPyCore", "OrderedJSON", "Platform", "Transport"],
            resources: [.embedInCode("Local/local_server.py")], swiftSettings: settings),
        .target(
            name: "DSPyTools", dependencies: ["Basics", "DSPyCore", "OrderedJSON", "Platform", "Transport"],
            resources: [.embedInCode("Python/launcher.py")], swiftSettings: settings),
        .target(name: "DSPySpec", dependencies: ["Basics", "DSPyCore", "OrderedJSON"], swiftSettings: settings),
        .target(
            name: "DSPyBatch", dependencies: ["Basics", "DSPyCore", "OrderedJSON", "Platform"], swiftSettings: settings),
        .target(
            name: "DSPyProgram",
            dependencies: [
                "Basics", "DSPyClients", "DSPyCore", "DSPySpec", "DSPyTools", "OrderedJSON", "Platform", "Transport",
            ], swiftSettings: settings),
        .target(
            name: "DSPy", dependencies: ["DSPyClients", "DSPyCore", "DSPyProgram", "OrderedJSON"],
            swiftSettings: settings),
        .target(
            name: "ServerPage",
            resources: [.embedInCode("index.html"), .embedInCode("app.js"), .embedInCode("app.css")],
            swiftSettings: settings),
        .target(
            name: "DSPyServer",
            dependencies: [
                "Basics", "DSPyCore", "DSPyProgram", "DSPySpec", "HTTPServer", "OrderedJSON", "ServerPage",
            ], swiftSettings: settings),
        .target(name: "Console", dependencies: ["Basics", "Platform"], swiftSettings: settings),
        .executableTarget(
            name: "dspy-swift",
            dependencies: [
                "Basics", "Console", "DSPyBatch", "DSPyClients", "DSPyCore", "DSPyProgram", "DSPyServer", "DSPySpec",
                "DSPyTools", "HTTPServer", "OrderedJSON", "Platform", "Transport",
            ], swiftSettings: settings),
        .target(
            name: "TestSupport", dependencies: ["Basics", "OrderedJSON"], path: "Tests/TestSupport",
            swiftSettings: settings),
        .target(
            name: "TestModels", dependencies: ["DSPyCore", "OrderedJSON", "Transport"], path: "Tests/TestModels",
            swiftSettings: settings),
        .target(
            name: "TestTraits", dependencies: ["Basics", "TestSupport"], path: "Tests/TestTraits",
            swiftSettings: settings),
        .executableTarget(
            name: "mock-model-server", dependencies: ["TestSupport"], path: "Tests/MockServer", swiftSettings: settings),
        .testTarget(name: "BasicsTests", dependencies: ["Basics", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "PlatformTests", dependencies: ["Basics", "Platform", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "TransportTests", dependencies: ["Basics", "TestSupport", "Transport"], swiftSettings: settings),
        .testTarget(
            name: "HTTPServerTests", dependencies: ["Basics", "HTTPServer", "Platform", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "OrderedJSONTests", dependencies: ["Basics", "OrderedJSON", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "DSPyCoreTests",
            dependencies: ["Basics", "DSPyCore", "OrderedJSON", "TestModels", "TestSupport", "TestTraits"],
            swiftSettings: settings),
        .testTarget(
            name: "DSPyClientsTests",
            dependencies: [
                "Basics", "DSPyClients", "DSPyCore", "OrderedJSON", "Platform", "TestModels", "TestSupport",
                "TestTraits", "Transport",
            ], swiftSettings: settings),
        .testTarget(
            name: "DSPyToolsTests",
            dependencies: [
                "Basics", "DSPyCore", "DSPyTools", "OrderedJSON", "Platform", "TestModels", "TestSupport", "Transport",
            ], swiftSettings: settings),
        .testTarget(
            name: "DSPySpecTests",
            dependencies: ["Basics", "DSPyCore", "DSPySpec", "OrderedJSON", "TestModels", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "DSPyBatchTests",
            dependencies: [
                "Basics", "DSPyBatch", "DSPyCore", "OrderedJSON", "Platform", "TestModels", "TestSupport", "TestTraits",
            ], swiftSettings: settings),
        .testTarget(
            name: "DSPyProgramTests",
            dependencies: [
                "Basics", "DSPyClients", "DSPyCore", "DSPyProgram", "DSPySpec", "DSPyTools", "OrderedJSON",
                "TestModels", "TestSupport",
            ], swiftSettings: settings),
        .testTarget(
            name: "DSPyServerTests",
            dependencies: [
                "Basics", "DSPyClients", "DSPyCore", "DSPyProgram", "DSPyServer", "DSPySpec", "HTTPServer",
                "OrderedJSON", "Platform", "TestModels", "TestSupport",
            ], swiftSettings: settings),
        .testTarget(
            name: "ConsoleTests", dependencies: ["Basics", "Console", "Platform", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "ConformanceTests",
            dependencies: ["Basics", "DSPyClients", "DSPyCore", "OrderedJSON", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "Basics", "Console", "dspy-swift", "DSPyBatch", "DSPyClients", "DSPyCore", "OrderedJSON", "Platform",
                "TestSupport",
            ], swiftSettings: settings),
    ]
)
