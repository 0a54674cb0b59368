import DSPyCore
import OrderedJSON

/// Turns the bytes of a table, as UTF-8, into rows by its column names; no I/O.
struct TableReader: Sendable {
    /// One row.
    struct Row {
        /// The line it starts on, from 1.
        let line: Int
        let content: RowOutcome
    }

    /// Why no row can be read.
    private(set) var fault: InputFault?
    /// What was found out about the table that a person should know, since it decides what rows mean.
    private(set) var notices: [String] = []

    private let options: RowParser.Options
    private let declared: UInt8
    private var encoding = TextEncoding.utf8
    private var head: TableHead?
    private var columns: TableColumns?
    private var records: DelimitedSplitter?

    /// - Parameter separator: The one that the format has, unless the names say otherwise.
    init(separator: UInt8, _ options: RowParser.Options) {
        declared = separator
        self.options = options
        head = TableHead(limit: options.maximumLine)
    }

    /// Takes a chunk and hands on the rows that end in it.
    mutating func add(_ chunk: UnsafeRawBufferPointer, _ encoding: TextEncoding, _ emit: (Row) -> Void) {
        self.encoding = encoding
        if head != nil {
            head?.add(chunk)
            if head?.end != nil { start(emit) }
        } else {
            cut(chunk, emit)
        }
    }

    /// The rows that only the end of the table completes.
    mutating func end(_ emit: (Row) -> Void) {
        head?.finish()
        if head?.end != nil { start(emit) }
        if let record = records?.end(), let row = row(record) { emit(row) }
    }

    private mutating func cut(_ chunk: UnsafeRawBufferPointer, _ emit: (Row) -> Void) {
        guard fault == nil else { return }
        var found: [DelimitedSplitter.Record] = []
        records?.add(chunk) { found.append($0) }
        for record in found { if let row = row(record) { emit(row) } }
    }

    // MARK: Names

    /// Reads the names, and goes on with what stands behind them.
    private mutating func start(_ emit: (Row) -> Void) {
        guard let head else { return }
        self.head = nil
        let others: [UInt8] = [0x2C, 0x3B, 0x09, 0x7C]
        let separators = head.namedSeparator.map { [$0] } ?? [declared] + others.filter { $0 != declared }
        let ways = separators.map { separator in
            (
                separator,
                TableColumns(names(head, separator), separator: separator, encoding: encoding, options)
            )
        }
        // The format's own separator, unless the program's inputs are only to be found with another one; if with none, the
        // one that makes most columns says best what there is.
        guard let first = ways.first else { return }
        let most = ways.dropFirst().reduce(first) { $1.1.names.count > $0.1.names.count ? $1 : $0 }
        let (separator, columns) =
            ways.first { $0.1.isGood } ?? (first.1.problem == nil ? first : most)
        if let problem = columns.problem {
            fault = InputFault(line: head.line, message: problem)
            return
        }
        tell(columns, separator, head)
        self.columns = columns
        var splitter = DelimitedSplitter(
            separator: separator, limit: options.maximumLine, endsAtReturn: head.endsAtReturn, line: head.line)
        // The names once more, so that the splitter knows where it is.
        head.names.withUnsafeBytes { splitter.add($0) { _ in } }
        var rest = head.bytes[(head.end ?? head.bytes.count)...]
        if rest.isEmpty {
            _ = splitter.end()
        } else {
            // The line end belongs to the names.
            let lineEnd = rest.first == 0x0D && rest.dropFirst().first == 0x0A ? 2 : 1
            rest.prefix(lineEnd).withUnsafeBytes { splitter.add($0) { _ in } }
            rest = rest.dropFirst(lineEnd)
        }
        records = splitter
        rest.withUnsafeBytes { cut($0, emit) }
    }

    private func names(_ head: TableHead, _ separator: UInt8) -> DelimitedSplitter.Record? {
        var splitter = DelimitedSplitter(
            separator: separator, limit: options.maximumLine, endsAtReturn: head.endsAtReturn)
        var first: DelimitedSplitter.Record?
        head.names.withUnsafeBytes { splitter.add($0) { first = first ?? $0 } }
        return first ?? splitter.end()
    }

    private mutating func tell(_ columns: TableColumns, _ separator: UInt8, _ head: TableHead) {
        let name = TableColumns.name(of: separator)
        if head.namedSeparator != nil {
            notices.append("the line `sep=` is no row; the separator that it names is \(name)")
        } else if separator != declared {
            notices.append("the separator of columns is \(name), not \(TableColumns.name(of: declared))")
        }
        if let padded = columns.padded.first {
            notices.append("white space around column names is left out, as in `\(padded)`")
        }
    }

    // MARK: Rows

    /// The row of a record; nil when it is a blank line.
    private func row(_ record: DelimitedSplitter.Record) -> Row? {
        if record.isTooLong { return broken(record, options.tooLong(nil)) }
        // Excel and Numbers leave rows of nothing but separators behind a table.
        if !record.hasQuotes, record.fields.allSatisfy(Self.isBlank) { return nil }
        if let problem = record.problem { return broken(record, RowError(.badLine, problem)) }
        let names = columns?.names ?? []
        var members: [JSONObject.Member] = []
        members.reserveCapacity(names.count)
        for (place, bytes) in record.fields.enumerated() where place < names.count {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return broken(
                    record, RowError(.badLine, "the column `\(names[place])` is \(encoding.fault(in: bytes))"))
            }
            members.append((names[place], .string(text)))
        }
        let count = record.fields.count
        // Excel writes cells that no column has, and leaves them out. A row that lacks any other is not guessed at: a line end
        // in a text without quotes looks just so.
        guard count >= columns?.namedCount ?? 0, record.fields.dropFirst(names.count).allSatisfy(Self.isBlank) else {
            return broken(
                record,
                RowError(
                    .badLine,
                    "the header has \(names.count) columns, the record \(count); a text that holds the separator, a line end or a "
                        + "quote stands in quotes"))
        }
        for name in names.dropFirst(count) { members.append((name, .string(""))) }
        return Row(line: record.line, content: .success(JSONObject(unique: members)))
    }

    private func broken(_ record: DelimitedSplitter.Record, _ error: RowError) -> Row {
        Row(line: record.line, content: .failure(error))
    }

    private static func isBlank(_ bytes: [UInt8]) -> Bool { bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 } }
}
