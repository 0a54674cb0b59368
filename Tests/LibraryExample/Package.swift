// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "LibraryExample",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "dspy-swift", path: "../..")],
    targets: [
        .executableTarget(
            name: "LibraryExample", dependencies: [.product(name: "DSPy", package: "dspy-swift")],
            swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("MemberImportVisibility")])
    ]
)
