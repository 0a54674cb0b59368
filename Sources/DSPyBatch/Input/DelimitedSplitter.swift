/// Cuts CSV or TSV into records: quoted fields may hold separators, quotes and line ends (RFC 4180).
package struct DelimitedSplitter: Sendable {
    /// One record.
    package struct Record: Sendable, Hashable {
        /// The line it starts on, from 1.
        package let line: Int
        /// Its fields as bytes.
        package let fields: [[UInt8]]
        /// Whether a field stands in quotes: `""` is a value, where nothing at all is none.
        package let hasQuotes: Bool
        /// Why it cannot be read, if so.
        package let problem: String?
        /// Whether it had more bytes than the limit.
        package let isTooLong: Bool
    }

    private enum State { case fieldStart, plain, quoted, quoteInQuoted, afterQuoted }

    private let separator: UInt8
    private let limit: Int
    /// Whether a `\r` alone ends a line, as old Macs write them; a `\n` is then a letter, as pandas leaves it.
    private let endsAtReturn: Bool
    private var state = State.fieldStart
    private var fields: [[UInt8]] = []
    private var field: [UInt8] = []
    private var length = 0
    private var line: Int
    private var startLine: Int
    private var hasQuotes = false
    private var problem: String?
    /// Whether the byte before was a `\r` that has ended a line.
    private var isBehindReturn = false

    /// A splitter; a record of more than `limit` bytes is told by its length only.
    package init(separator: UInt8, limit: Int, endsAtReturn: Bool = false, line: Int = 1) {
        self.separator = separator
        self.limit = limit
        self.endsAtReturn = endsAtReturn
        (self.line, startLine) = (line, line)
    }

    /// Takes a chunk and hands on the records that end in it.
    package mutating func add(_ chunk: UnsafeRawBufferPointer, _ emit: (Record) -> Void) {
        var place = 0
        while place < chunk.count {
            let end = run(in: chunk, from: place)
            if end > place {
                append(UnsafeRawBufferPointer(rebasing: chunk[place..<end]))
                isBehindReturn = false
                place = end
            } else {
                add(chunk[place], emit)
                place += 1
            }
        }
    }

    /// Where the bytes end that only belong to the field which is open.
    private func run(in chunk: UnsafeRawBufferPointer, from start: Int) -> Int {
        var place = start
        switch state {
        case .plain:
            while place < chunk.count, chunk[place] != separator, chunk[place] != 0x0A, chunk[place] != 0x0D {
                place += 1
            }
        case .quoted:
            while place < chunk.count, chunk[place] != 0x22, chunk[place] != 0x0A, chunk[place] != 0x0D { place += 1 }
        default: break
        }
        return place
    }

    private mutating func add(_ byte: UInt8, _ emit: (Record) -> Void) {
        let wasBehindReturn = isBehindReturn
        isBehindReturn = endsAtReturn && byte == 0x0D
        let endsLine = byte == 0x0A && !wasBehindReturn || isBehindReturn
        defer { if endsLine { line += 1 } }
        if byte == 0x0A, wasBehindReturn, state == .fieldStart, length == 0 { return }
        length += 1
        switch state {
        case .quoted:
            if byte == 0x22 { state = .quoteInQuoted } else { append(byte) }
            return
        case .quoteInQuoted:
            if byte == 0x22 {
                append(byte)
                state = .quoted
                return
            }
            state = .afterQuoted
        case .fieldStart where byte == 0x22:
            state = .quoted
            hasQuotes = true
            return
        default: break
        }
        switch byte {
        case separator: endField()
        case 0x0A where !endsAtReturn: endRecord(nextLine: line + 1, emit)
        case 0x0D where endsAtReturn: endRecord(nextLine: line + 1, emit)
        case 0x0D where state == .afterQuoted: break
        default:
            if state == .afterQuoted, problem == nil { problem = "text behind a closing quote" }
            if state == .fieldStart { state = .plain }
            append(byte)
        }
    }

    private mutating func append(_ byte: UInt8) {
        if length <= limit { field.append(byte) } else { drop() }
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) {
        length += bytes.count
        if length <= limit { field.append(contentsOf: bytes) } else { drop() }
    }

    private mutating func drop() { (field, fields) = ([], []) }

    private mutating func endField() {
        if length <= limit { fields.append(field) }
        field = []
        state = .fieldStart
    }

    private mutating func endRecord(nextLine: Int, _ emit: (Record) -> Void) {
        if field.last == 0x0D, state == .plain { field.removeLast() }
        endField()
        emit(
            Record(
                line: startLine, fields: length > limit ? [] : fields, hasQuotes: hasQuotes, problem: problem,
                isTooLong: length > limit))
        fields = []
        length = 0
        problem = nil
        hasQuotes = false
        startLine = nextLine
    }

    /// The last record, if the text did not end with a line end.
    package mutating func end() -> Record? {
        guard length > 0 else { return nil }
        if state == .quoted, problem == nil {
            problem = "a quote that is not closed; in a field in quotes, write \"\" for one"
        }
        var last: Record?
        endRecord(nextLine: line) { last = $0 }
        return last
    }
}
