/// Reads JSON that a language model wrote: damaged, fenced, commented, half Python, or cut off.
///
/// The value is the one Python's `json_repair.loads` (0.64.6, default options) gives. Where that raises — input nested
/// beyond the interpreter's stack, a key that is no string — the value is the empty string, which is also what a text
/// without any value gives.
public enum JSONRepair {
    /// How deep values may stand inside each other before a damaged text is given up.
    static let maximumDepth = 128

    /// Reads a text as JSON, and where it is not JSON as what it most likely meant to be.
    public static func loads(_ text: String) -> JSON {
        if let value = try? JSON(parsing: text, options: .python) { return value }
        var parser = RepairParser(text)
        return (try? parser.parse()) ?? ""
    }
}

/// Why a text is given up: it is nested too deep, or holds something Python raises for.
struct RepairFailure: Error {}
