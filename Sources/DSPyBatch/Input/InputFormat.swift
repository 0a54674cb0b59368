/// How rows are written.
package enum InputFormat: String, Sendable, CaseIterable {
    /// One JSON object per line.
    case jsonl
    /// One JSON array of objects.
    case json
    /// Comma-separated values with a header.
    case csv
    /// Tab-separated values with a header.
    case tsv
    /// One text per line, for the one input of the program.
    case lines

    /// Whether rows are records under column names.
    package var isTable: Bool { self == .csv || self == .tsv }

    /// The format that a file's name tells; JSONL for any other name.
    package init(path: String) {
        switch path.split(separator: ".").last?.lowercased() {
        case "json"?: self = .json
        case "csv"?: self = .csv
        case "tsv"?, "tab"?: self = .tsv
        case "txt"?: self = .lines
        default: self = .jsonl
        }
    }
}
