import Platform
import Console
import DSPyBatch

/// One look through a whole input file before the first call: how many rows, which are bad, whether ids repeat.
struct InputSurvey {
    /// How many rows there are.
    private(set) var rows = 0
    /// The first bad rows, with the line and what is wrong.
    private(set) var bad: [(line: Int, error: RowError)] = []
    /// How many rows are bad.
    private(set) var badCount = 0
    /// What was found out about how the input is written.
    private(set) var notices: [String] = []
    /// The first id that stands twice.
    private(set) var duplicate: (id: String, first: Int, second: Int)?

    /// Reads the file from its start.
    ///
    /// - Parameter validate: What is wrong with a row's fields; nil when nothing is. Without it fields are not looked at.
    init(
        _ file: OpenFile, _ options: RowParser.Options, tracksIDs: Bool, _ validate: ((BatchRow) -> RowError?)? = nil
    ) throws {
        var parser = RowParser(options, namesOnly: validate == nil)
        var seen = IDTable()
        try file.forEachChunk(failed: { Failure(.io, "the input cannot be read: \($0.words)") as any Error }) { chunk in
            for row in parser.add(chunk) { add(row, &seen, tracksIDs, validate) }
        }
        for row in parser.end() { add(row, &seen, tracksIDs, validate) }
        notices = parser.notices
        if let fault = parser.fault { throw Failure(BatchFailure.unusable(input: file.path, fault)) }
    }

    private mutating func add(
        _ row: BatchRow, _ seen: inout IDTable, _ tracksIDs: Bool, _ validate: ((BatchRow) -> RowError?)?
    ) {
        rows += 1
        if tracksIDs, row.mayRepeat, duplicate == nil, let first = seen.note(row.id, line: row.line) {
            duplicate = (row.id, first, row.line)
        }
        let error: RowError?
        switch row.content {
        case .failure(let failure): error = failure
        case .success: error = validate?(row)
        }
        if let error {
            badCount += 1
            if bad.count < 10 { bad.append((row.line, error)) }
        }
    }
}
