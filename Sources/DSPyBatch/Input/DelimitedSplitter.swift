/// Cuts CSV or TSV into records: quoted fields may hold separators, quotes and line ends (RFC 4180).
package struct DelimitedSplitter: Sendable {
    /// One record.
    package struct Record: Sendable, Hashable {
        /// The line it starts on, from 1.
        package let line: Int
        /// Its fields as bytes.
        package let fields: [[UInt8]]
        /// Why it cannot be read, if so.
        package let problem: String?
        /// Whether it had more bytes than the limit.
        package let isTooLong: Bool
    }

    private enum State { case fieldStart, plain, quoted, quoteInQuoted, afterQuoted }

    private let separator: UInt8
    private let limit: Int
    private var state = State.fieldStart
    private var fields: [[UInt8]] = []
    private var field: [UInt8] = []
    private var length = 0
    private var line = 1
    private var startLine = 1
    private var problem: String?

    /// A splitter; a record of more than `limit` bytes is told by its length only.
    package init(separator: UInt8, limit: Int) {
        self.separator = separator
        self.limit = limit
    }

    /// Takes a chunk and hands on the records that end in it.
    package mutating func add(_ chunk: UnsafeRawBufferPointer, _ emit: (Record) -> Void) {
        for byte in chunk { add(byte, emit) }
    }

    private mutating func add(_ byte: UInt8, _ emit: (Record) -> Void) {
        length += 1
        let isLineFeed = byte == 0x0A
        defer { if isLineFeed { line += 1 } }
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
            return
        default: break
        }
        switch byte {
        case separator: endField()
        case 0x0A: endRecord(nextLine: line + 1, emit)
        case 0x0D where state == .afterQuoted: break
        default:
            if state == .afterQuoted, problem == nil { problem = "text behind a closing quote" }
            if state == .fieldStart { state = .plain }
            append(byte)
        }
    }

    private mutating func append(_ byte: UInt8) {
        guard length <= limit else {
            field = []
            return
        }
        field.append(byte)
    }

    private mutating func endField() {
        fields.append(field)
        field = []
        state = .fieldStart
    }

    private mutating func endRecord(nextLine: Int, _ emit: (Record) -> Void) {
        if field.last == 0x0D, state == .plain { field.removeLast() }
        endField()
        emit(
            Record(
                line: startLine, fields: length > limit ? [] : fields, problem: problem, isTooLong: length > limit))
        fields = []
        length = 0
        problem = nil
        startLine = nextLine
    }

    /// The last record, if the text did not end with a line end.
    package mutating func end() -> Record? {
        guard length > 0 else { return nil }
        if state == .quoted, problem == nil { problem = "a quote that is not closed" }
        var last: Record?
        endRecord(nextLine: line) { last = $0 }
        return last
    }
}
