package import OrderedJSON

/// One finding in a program file: where, how bad, what was found and expected, and what to do.
package struct SpecDiagnostic: Error, Sendable, Hashable, CustomStringConvertible {
    /// How bad it is.
    package enum Severity: String, Sendable, Hashable {
        /// The program cannot run.
        case error
        /// The program runs, but perhaps not as meant.
        case warning
    }

    /// How bad it is.
    package var severity: Severity
    /// The kind of finding; names are stable.
    package var code: SpecCode
    /// What was found and what was expected.
    package var message: String
    /// What was probably meant, or how to go on.
    package var help: String?
    /// The file as it was named, or `<signature>` for a signature given on the command line.
    package var file: String
    /// From the first character of the faulty text to the place behind its last one, inside the text.
    package var range: Range<TextPosition>
    /// The line that holds the start.
    package var excerpt: SourceExcerpt

    /// A finding in a text; what is quoted of the text is cleaned of control characters, and cut when it is long.
    init(
        _ severity: Severity, _ code: SpecCode, _ message: String, help: String? = nil, at range: Range<TextPosition>,
        in source: SpecSource, hiding secrets: [Range<Int>] = []
    ) {
        self.severity = severity
        self.code = code
        self.message = Self.shown(message)
        self.help = help.map(Self.shown)
        file = source.name
        self.range = range.upperBound.offset > source.bytes.count ? range.lowerBound..<range.lowerBound : range
        excerpt = SourceExcerpt(source.bytes, around: range.lowerBound.offset, hiding: secrets)
    }

    /// A text that is no JSON.
    init(_ error: JSONError, in source: SpecSource, hiding secrets: [Range<Int>] = []) {
        self.init(
            .error, error.code == .tooDeep ? .tooDeep : .syntax, error.message,
            at: source.character(at: error.position), in: source, hiding: secrets)
    }

    /// `file:line:column: error: message`.
    package var summary: String {
        "\(file):\(range.lowerBound): \(severity.rawValue): \(message)"
    }

    /// The summary, the source line with a caret under the faulty text, and the help.
    package var description: String {
        let number = String(range.lowerBound.line)
        let margin = String(repeating: " ", count: number.count)
        let isOneLine = range.upperBound.line == range.lowerBound.line
        let length = isOneLine ? range.upperBound.column - range.lowerBound.column : 1
        var text = "\(summary)\n \(number) | \(excerpt.text)\n \(margin) | \(excerpt.carets(length))"
        if let help { text += "\n \(margin) = \(help)" }
        return text
    }

    private static func shown(_ text: String) -> String {
        let limit = 400
        let scalars = text.unicodeScalars
        let isLong = scalars.count > limit
        var view = String.UnicodeScalarView()
        for scalar in scalars.prefix(isLong ? limit - 100 : limit) { append(scalar, to: &view) }
        guard isLong else { return String(view) }
        view.append("…")
        for scalar in scalars.suffix(100) { append(scalar, to: &view) }
        return String(view)
    }

    private static func append(_ scalar: Unicode.Scalar, to view: inout String.UnicodeScalarView) {
        guard scalar.properties.generalCategory == .control else { return view.append(scalar) }
        view.append(contentsOf: scalar.escaped(asASCII: true).unicodeScalars)
    }
}
