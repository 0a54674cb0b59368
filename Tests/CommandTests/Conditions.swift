import TestSupport

/// What some tests need.
enum Conditions {
    /// Whether rules about time count in tests of streams: `DSPY_FULL_STREAM` is set.
    static let isTimed = Golden.environment("DSPY_FULL_STREAM") != nil

    /// Whether a program is installed.
    static func has(_ name: String) -> Bool {
        (Golden.environment("PATH") ?? "").split(separator: ":").contains { Bytes.isThere("\($0)/\(name)") }
    }
}
