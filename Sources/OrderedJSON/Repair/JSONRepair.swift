import Basics

/// Reads JSON that a language model wrote: damaged, fenced, commented, half Python, or cut off.
///
/// The value is the one Python's `json_repair.loads` (0.64.6, default options) gives. Where that raises — input nested
/// beyond the interpreter's stack, a key that is no string — the value is the empty string, which is also what a text
/// without any value gives.
public enum JSONRepair {
    /// How deep values may stand inside each other on the caller's stack, which may be as small as 512 KiB.
    private static let usualDepth = 64
    /// How deep they may stand at all; Python gives up between 250 and 340.
    private static let maximumDepth = 340

    /// Reads a text as JSON, and where it is not JSON as what it most likely meant to be.
    public static func loads(_ text: String) -> JSON {
        if let value = try? JSON(parsing: text, options: .python) { return value }
        do throws(RepairFailure) {
            var parser = RepairParser(text, maximumDepth: usualDepth)
            return try parser.parse()
        } catch {
            guard error == .tooDeep else { return "" }
            return DeepStack.run {
                var parser = RepairParser(text, maximumDepth: maximumDepth)
                return (try? parser.parse()) ?? ""
            }
        }
    }
}

/// Why a text is given up.
enum RepairFailure: Error {
    /// Too many values stand inside each other.
    case tooDeep
    /// It holds something that Python raises for.
    case unreadable
}
