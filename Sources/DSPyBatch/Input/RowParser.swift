import DSPyCore
import OrderedJSON

/// Turns the bytes of an input into rows, chunk by chunk; no I/O.
package struct RowParser: Sendable {
    /// What decides how rows are read.
    package struct Options: Sendable {
        /// How rows are written.
        package var format = InputFormat.jsonl
        /// The field that names a row; nil takes `id` or `custom_id` if the first row has one.
        package var idField: String?
        /// Input names by the columns that hold them.
        package var fieldMap: [String: String] = [:]
        /// The name that a line of plain text fills.
        package var lineField = "text"
        /// How many bytes a line may have.
        package var maximumLine = 64 << 20
        /// The inputs that the program takes; empty when nobody says, and then no table lacks one.
        package var inputs: [String] = []
        /// Those of them that it needs.
        package var needs: [String] = []

        package init() {}

        /// The error for a row of too many bytes, if known of how many.
        func tooLong(_ length: Int?) -> RowError {
            let size = length.map { "has \($0) bytes" } ?? "is too long"
            return RowError(.lineTooLong, "the row \(size); at most \(maximumLine) are read (--max-line)")
        }
    }

    private let options: Options
    /// Whether of a row only the name is wanted, where it can be had without reading the whole.
    private let namesOnly: Bool
    private var decoder = InputDecoder()
    // One of the three. Each stands by itself, so that it is changed where it is: out of an enum, every chunk would copy the
    // line that is open.
    private var lines: LineSplitter?
    private var table: TableReader?
    private var array: ArraySplitter?
    private var nextIndex = 0
    private var idField: String?
    private var hasChosenID: Bool

    /// A parser at the start of an input.
    ///
    /// - Parameter namesOnly: Whether nobody looks at anything of a row but its place and its name; much faster.
    package init(_ options: Options, namesOnly: Bool = false) {
        self.options = options
        self.namesOnly = namesOnly
        idField = options.idField
        hasChosenID = options.idField != nil
        let limit = options.maximumLine
        switch options.format {
        case .jsonl, .lines: lines = LineSplitter(limit: limit, takesReturns: true)
        case .csv: table = TableReader(separator: 0x2C, options)
        case .tsv: table = TableReader(separator: 0x09, options)
        case .json: array = ArraySplitter(limit: limit)
        }
    }

    /// Why no row of the input can be read; none comes then.
    package var fault: InputFault? { decoder.fault ?? table?.fault }

    /// What was found out about how the input is written, where that had to be guessed: it decides what rows mean.
    package var notices: [String] {
        guard let encoding = decoder.encoding, encoding != .utf8 else { return table?.notices ?? [] }
        return ["read as \(encoding.name)"] + (table?.notices ?? [])
    }

    /// Takes a chunk and gives the rows that end in it.
    package mutating func add(_ chunk: UnsafeRawBufferPointer) -> [BatchRow] {
        var rows: [BatchRow] = []
        guard fault == nil else { return rows }
        if let text = decoder.decode(chunk) {
            if fault == nil { text.withUnsafeBytes { cut($0, &rows) } }
        } else {
            cut(chunk, &rows)
        }
        return rows
    }

    private mutating func cut(_ text: UnsafeRawBufferPointer, _ rows: inout [BatchRow]) {
        guard !text.isEmpty else { return }
        let encoding = encoding
        var (texts, records, items) = ([LineSplitter.Line](), [TableReader.Row](), [ArraySplitter.Item]())
        lines?.add(text) { texts.append($0) }
        table?.add(text, encoding) { records.append($0) }
        array?.add(text) { items.append($0) }
        for line in texts { append(line, to: &rows) }
        for record in records { append(record, to: &rows) }
        for item in items { append(item, to: &rows) }
    }

    /// The rows that only the end of the input completes.
    package mutating func end() -> [BatchRow] {
        var rows: [BatchRow] = []
        let rest = decoder.end()
        guard fault == nil else { return rows }
        rest.withUnsafeBytes { cut($0, &rows) }
        if let line = lines?.end() { append(line, to: &rows) }
        var records: [TableReader.Row] = []
        table?.end { records.append($0) }
        for record in records { append(record, to: &rows) }
        array?.end()
        if let problem = array?.problem { rows.append(broken(problem.line, RowError(.badLine, problem.message))) }
        return rows
    }

    private var encoding: TextEncoding { decoder.encoding ?? .utf8 }

    // MARK: Kinds of rows

    private mutating func append(_ line: LineSplitter.Line, to rows: inout [BatchRow]) {
        if line.isTooLong {
            rows.append(broken(line.number, options.tooLong(line.length)))
            return
        }
        let bytes = line.bytes
        guard bytes.contains(where: { !($0 == 0x20 || $0 == 0x09 || $0 == 0x0D) }) else { return }
        if options.format == .lines {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                rows.append(broken(line.number, RowError(.badLine, "the line is \(encoding.fault(in: bytes))")))
                return
            }
            rows.append(row([options.lineField: .string(text)], line.number))
            return
        }
        rows.append(bytes.withUnsafeBytes { object($0, line.number) })
    }

    private mutating func append(_ record: TableReader.Row, to rows: inout [BatchRow]) {
        switch record.content {
        case .success(let fields): rows.append(row(fields, record.line))
        case .failure(let error): rows.append(broken(record.line, error))
        }
    }

    private mutating func append(_ item: ArraySplitter.Item, to rows: inout [BatchRow]) {
        rows.append(
            item.isTooLong
                ? broken(item.line, options.tooLong(nil)) : item.bytes.withUnsafeBytes { object($0, item.line) })
    }

    private mutating func object(_ bytes: UnsafeRawBufferPointer, _ line: Int) -> BatchRow {
        if namesOnly, hasChosenID, let name = name(in: bytes.bindMemory(to: UInt8.self)) {
            defer { nextIndex += 1 }
            return BatchRow(
                index: nextIndex, line: line, id: name, hasOwnID: true, content: .success([:]), key: 0)
        }
        do throws(JSONError) {
            let json = try JSON(parsing: bytes, options: .python)
            guard case .object(let object) = json else {
                return broken(line, RowError(.badLine, "a row is a JSON object, found \(json.kindName)", column: 1))
            }
            return row(object, line)
        } catch {
            let remedy =
                error.code == .invalidUTF8 ? "; if it is another encoding: iconv -f WINDOWS-1252 -t UTF-8 FILE" : ""
            return broken(
                line, RowError(.badLine, "not JSON: \(error.message)\(remedy)", column: error.position.offset + 1))
        }
    }

    /// The name in the text of an object; nil when it is not plain to see.
    private func name(in bytes: UnsafeBufferPointer<UInt8>) -> String? {
        guard let idField else { return nil }
        var scanner = JSONScanner(bytes)
        var name: String?
        let isObject = scanner.object { scanner, key in
            // Of a key that stands twice the last value counts.
            guard key.elementsEqual(idField.utf8) else { return scanner.skip() }
            name = scanner.string()
            return name?.isEmpty == false
        }
        return isObject && scanner.isAtEnd() ? name : nil
    }

    // MARK: Rows

    private mutating func row(_ fields: JSONObject, _ line: Int) -> BatchRow {
        if !hasChosenID {
            hasChosenID = true
            idField = ["id", "custom_id"].first { fields.contains($0) }
        }
        var fields = fields
        var own: String?
        if let idField, let value = fields[idField] {
            own = Self.name(value)
            // The name is no input unless the program is told so by a map.
            if options.fieldMap[idField] == nil { fields[idField] = nil }
        }
        if !options.fieldMap.isEmpty { fields = mapped(fields) }
        defer { nextIndex += 1 }
        return BatchRow(
            index: nextIndex, line: line, id: own ?? number(line), hasOwnID: own != nil, mayRepeat: idField != nil,
            content: .success(fields), key: StableHash.key(id: own, fields: fields))
    }

    /// The name that a value gives a row; nothing, and a text of no letters, gives none.
    private static func name(_ value: JSON) -> String? {
        let text = value.isNull ? "" : value.string ?? value.text()
        return text.isEmpty ? nil : text
    }

    /// The name of a row that brings none along: its line, or in an array, where several may stand on one, its place.
    ///
    /// Where other rows do, or may, a bare number could be the name of one of them.
    private func number(_ line: Int, isAlone: Bool = false) -> String {
        let isArray = options.format == .json
        let number = String(isArray ? nextIndex + 1 : line)
        return idField == nil && !isAlone ? number : (isArray ? "item-" : "line-") + number
    }

    /// The fields by the names of inputs; what a column is mapped to stands for a field that has that name itself.
    private func mapped(_ fields: JSONObject) -> JSONObject {
        let taken = Set(fields.keys.compactMap { options.fieldMap[$0] })
        return JSONObject(
            fields.members.compactMap { key, value in
                if let name = options.fieldMap[key] { return (name, value) }
                return taken.contains(key) ? nil : (key, value)
            })
    }

    private mutating func broken(_ line: Int, _ error: RowError) -> BatchRow {
        defer { nextIndex += 1 }
        var hash = StableHash()
        hash.add("\(line) \(error.report.message)".utf8)
        return BatchRow(
            index: nextIndex, line: line, id: number(line, isAlone: !hasChosenID), hasOwnID: false,
            mayRepeat: idField != nil || !hasChosenID, content: .failure(error), key: hash.value)
    }
}
