import OrderedJSON

/// Writes a program file in its canonical form: keys in the order of `SpecKeys`, two spaces, comments kept.
package enum SpecFormatter {
    /// The widest line that a list or object may fill before it is broken.
    static let width = 100

    /// The canonical text, with a line end; or why the text is no JSON.
    package static func format(_ bytes: [UInt8], name: String) -> Result<String, SpecDiagnostic> {
        var options = JSONReadingOptions.jsonc
        options.maximumDepth = 96
        do throws(JSONError) {
            let json = try PositionedJSON(parsing: bytes, options: options)
            if let duplicate = firstDuplicate(json) {
                let source = SpecSource(name: name, folder: "", bytes: bytes)
                return .failure(
                    SpecDiagnostic(
                        severity: .error, code: .duplicateKey, message: "the key `\(duplicate.key)` stands twice",
                        help: "formatting would lose one of them", file: name, range: duplicate.range,
                        sourceLine: source.line(at: duplicate.range.lowerBound)))
            }
            var printer = SpecPrinter(comments: CommentScanner.comments(in: bytes))
            return .success(printer.text(of: json))
        } catch {
            let source = SpecSource(name: name, folder: "", bytes: bytes)
            var end = error.position
            end.column += 1
            return .failure(
                SpecDiagnostic(
                    severity: .error, code: .syntax, message: error.message, file: name, range: error.position..<end,
                    sourceLine: source.line(at: error.position)))
        }
    }

    private static func firstDuplicate(_ json: PositionedJSON) -> DuplicateKey? {
        if let duplicate = json.duplicateKeys.first { return duplicate }
        for member in json.members {
            if let duplicate = firstDuplicate(member.value) { return duplicate }
        }
        for item in json.array ?? [] {
            if let duplicate = firstDuplicate(item) { return duplicate }
        }
        return nil
    }
}
