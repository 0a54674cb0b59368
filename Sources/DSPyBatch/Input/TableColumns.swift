import Basics
import DSPyCore
import OrderedJSON

/// The column names of a table as one separator cuts them, and what is wrong with them for a program.
struct TableColumns: Sendable {
    /// The names, in order, each once.
    private(set) var names: [String] = []
    /// How many columns there are up to the last one that has a name.
    private(set) var namedCount = 0
    /// Inputs that no column fills although the program needs them.
    private(set) var missing: [String] = []
    /// Names with blanks around them, as they stand.
    private(set) var padded: [String] = []
    /// What is wrong whatever the program needs.
    private(set) var fault: String?

    private let options: RowParser.Options
    /// The columns that the program reads.
    private var read: Set<String> = []
    /// The inputs that columns are mapped to.
    private var taken: Set<String> = []
    private let separator: UInt8

    /// - Parameters:
    ///   - record: The names as bytes.
    ///   - encoding: How the input wrote them.
    init(
        _ record: DelimitedSplitter.Record?, separator: UInt8, encoding: TextEncoding, _ options: RowParser.Options
    ) {
        self.options = options
        self.separator = separator
        fault = record?.problem.map { "in the column names, \($0)" }
        if record?.isTooLong == true { fault = options.tooLong(nil).report.message }
        var (seen, doubled) = (Set<String>(), Set<String>())
        for (place, bytes) in (record?.fields ?? []).enumerated() {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                fault = fault ?? "the name of column \(place + 1) is \(encoding.fault(in: bytes))"
                names.append("Unnamed: \(place)")
                namedCount = place + 1
                continue
            }
            var name = Self.trimmed(text)
            if name != text, !name.isEmpty { padded.append(text) }
            // The same letters may be other bytes, as Macs write accents.
            if let input = options.inputs.first(where: { $0 == name }) { name = input }
            // As pandas calls columns without a name, and those whose name was there.
            if name.isEmpty { name = "Unnamed: \(place)" } else { namedCount = place + 1 }
            if seen.contains(name) {
                doubled.insert(name)
                name = (1...).lazy.map { "\(name).\($0)" }.first { !seen.contains($0) } ?? name
            }
            seen.insert(name)
            names.append(name)
        }
        taken = Set(names.compactMap { options.fieldMap[$0] })
        let idField = options.idField ?? ["id", "custom_id"].first { seen.contains($0) }
        for name in names {
            if let input = input(of: name, idField), options.inputs.contains(input) { read.insert(name) }
        }
        let filled = Set(read.compactMap { input(of: $0, idField) })
        missing = options.needs.filter { !filled.contains($0) }
        if fault == nil, let name = names.first(where: { doubled.contains($0) && (read.contains($0) || $0 == idField) })
        {
            fault = "two columns are called `\(name)`; give one of them another name"
        }
        if fault == nil, let id = options.idField, !seen.contains(id) {
            fault = "--id \(id): there is no such column" + Spelling.hint(for: id, among: names) + "; " + told
        }
    }

    /// The input that a column fills, as far as its name tells; the id of a row is none unless a map says so.
    private func input(of name: String, _ idField: String?) -> String? {
        if let mapped = options.fieldMap[name] { return mapped }
        return name == idField || taken.contains(name) ? nil : name
    }

    /// Whether the program can read rows of these columns.
    var isGood: Bool { fault == nil && missing.isEmpty && (!read.isEmpty || options.inputs.isEmpty) }

    /// What is wrong, with the way out; nil when nothing is.
    var problem: String? {
        if let fault { return fault }
        guard let input = missing.first else { return nil }
        let wanted = missing.map { "`\($0)`" }.joined(separator: ", ")
        let noun = missing.count == 1 ? "column \(wanted)" : "columns \(wanted)"
        if names.contains(input), options.fieldMap[input] == nil {
            // It is there, and names rows.
            return "the column `\(input)` names rows; --field-map \(input)=\(input) makes it an input as well"
        }
        let near = Spelling.closest(to: input, among: names)
        let unknown = options.fieldMap.keys.filter { !names.contains($0) }.sorted()
        let map = unknown.isEmpty ? "" : " (--field-map names `\(unknown[0])`, which is not there)"
        return "no \(noun), which the program needs\(map); \(told); --field-map COLUMN=\(input) takes it from another"
            + (near.map { "; did you mean --field-map \(ShellText.word($0 + "=" + input))?" } ?? "")
    }

    /// The columns in words.
    private var told: String {
        let shown = names.prefix(20).map { "`\($0.count > 60 ? $0.prefix(60) + "…" : $0)`" }.joined(separator: ", ")
        let more = names.count > 20 ? " and \(names.count - 20) more" : ""
        return "with \(Self.name(of: separator)) as the separator, "
            + (names.count == 1 ? "the only column is \(shown)" : "the columns are \(shown)\(more)")
    }

    /// A separator in words.
    static func name(of separator: UInt8) -> String {
        switch separator {
        case 0x09: "a tab"
        case 0x2C: "a comma"
        case 0x3B: "a semicolon"
        default: "`\(Character(Unicode.Scalar(separator)))`"
        }
    }

    /// A name without white space, and marks that nobody sees, around it.
    private static func trimmed(_ text: String) -> String {
        let isBlank = { (scalar: Unicode.Scalar) in
            scalar.properties.isWhitespace || scalar == "\u{FEFF}" || scalar == "\u{200B}"
        }
        var scalars = text.unicodeScalars[...]
        scalars = scalars.drop(while: isBlank)
        while let last = scalars.last, isBlank(last) { scalars.removeLast() }
        return String(scalars)
    }
}
