import OrderedJSON

/// Writes a program file in its canonical form: keys in the order of `SpecKeys`, two spaces, comments kept.
package enum SpecFormatter {
    /// The widest line that a list or object may fill before it is broken.
    static let width = 100

    /// The canonical text, with a line end; or why the text is no JSON.
    package static func format(_ bytes: [UInt8], name: String) -> Result<String, SpecDiagnostic> {
        var options = JSONReadingOptions.jsonc
        options.maximumDepth = 96
        let source = SpecSource(name: name, folder: "", bytes: bytes)
        do throws(JSONError) {
            let json = try PositionedJSON(parsing: bytes, options: options)
            if let duplicate = firstDuplicate(json) {
                return .failure(
                    SpecDiagnostic(
                        .error, .duplicateKey, "the key `\(duplicate.key)` stands twice",
                        help: "formatting would lose one of them", at: duplicate.range, in: source,
                        hiding: SecretRanges.all(in: bytes)))
            }
            return .success(SpecPrinter(bytes).text(of: json))
        } catch {
            return .failure(SpecDiagnostic(error, in: source, hiding: SecretRanges.all(in: bytes)))
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
