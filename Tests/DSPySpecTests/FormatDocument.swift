import TestSupport

/// The description of the format, its examples, and the programs of the repository.
enum FormatDocument {
    static let text = Golden.text(of: Golden.repository + "/docs/spec-format.md") ?? ""

    /// The examples in ```json blocks.
    static let examples: [String] = {
        var examples: [String] = []
        var open: [Substring]?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "```json" {
                open = []
            } else if line == "```", let lines = open {
                examples.append(lines.joined(separator: "\n"))
                open = nil
            } else {
                open?.append(line)
            }
        }
        return examples
    }()

    /// The programs of the repository, as paths.
    static let programs = ["extract", "four-views", "qa", "triage", "two-stage"].map {
        Golden.repository + "/programs/\($0)/program.json"
    }
}
