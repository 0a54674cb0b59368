/// How rows are written.
enum OutputFormat: String, Sendable, CaseIterable {
    /// One JSON object per line: the journal itself.
    case jsonl
    /// Comma-separated values, made of the journal at the end.
    case csv
    /// Tab-separated values.
    case tsv

    /// The format that a file's name tells; JSONL for any other name.
    init(path: String) {
        switch path.split(separator: ".").last?.lowercased() {
        case "csv"?: self = .csv
        case "tsv"?, "tab"?: self = .tsv
        default: self = .jsonl
        }
    }

    /// What stands between the columns of a table; nil for what is none.
    var separator: UInt8? {
        switch self {
        case .jsonl: nil
        case .csv: 0x2C
        case .tsv: 0x09
        }
    }
}
