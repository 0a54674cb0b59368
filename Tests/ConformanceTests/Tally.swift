import OrderedJSON
import TestSupport
import Testing

/// Counts the cases of one file, and keeps the first differences for the report.
struct Tally {
    let file: String
    private var passed = 0
    private var total = 0
    private var differences: [String] = []
    /// How many differences are told; `DSPY_DIFFERENCES` asks for more.
    private static let limit = Golden.environment("DSPY_DIFFERENCES").flatMap { Int($0) } ?? 12

    init(file: String) { self.file = file }

    /// - Parameter problems: What differs; none means that the case passed.
    mutating func add(_ id: String, _ problems: [String]) {
        total += 1
        if problems.isEmpty {
            passed += 1
        } else if differences.count < Self.limit {
            differences.append("\(id):\n" + problems.joined(separator: "\n"))
        }
    }

    /// Prints `FILE: passed/total` and fails unless all passed.
    func report() {
        print("\(file): \(passed)/\(total)")
        for difference in differences { print(difference) }
        #expect(passed == total, "\(file): \(passed)/\(total)")
        #expect(total > 0, "\(file) holds no case")
    }

    /// What differs between two JSON values, as an indented line diff.
    static func difference(_ what: String, expected: JSON, found: JSON) -> String? {
        guard expected != found else { return nil }
        func lines(_ json: JSON) -> String { readable(json).text(.pythonIndented(1)).replacingNewlineEscapes }
        return "\(what):\n" + LineDiff.describe(expected: lines(expected), found: lines(found))
    }

    private static func readable(_ json: JSON) -> JSON { json }
}

extension String {
    /// Escaped line feeds as real ones, so that a long message differs by its lines.
    fileprivate var replacingNewlineEscapes: String {
        var text = ""
        var previous: Character?
        for character in self {
            if previous == "\\", character == "n" {
                text.removeLast()
                text += "\n"
                previous = nil
                continue
            }
            text.append(character)
            previous = previous == "\\" && character == "\\" ? nil : character
        }
        return text
    }
}
