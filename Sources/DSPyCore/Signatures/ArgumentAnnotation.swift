/// What stands behind an argument's colon in Python: a type, and perhaps a default, `int = 20`.
package struct ArgumentAnnotation: Sendable {
    package let type: FieldType
    /// The default as it is written, a Python literal.
    package let defaultValue: Value?
    /// Where the default stands, in Unicode scalars from 0.
    package let defaultRange: Range<Int>?

    /// - Throws: `SignatureError` with the place inside the text.
    package init(_ text: String, namedTypes: [String: FieldType] = [:]) throws(SignatureError) {
        var lexer = PythonLexer(text.unicodeScalars, offset: 0)
        // The parser reads parameters; a name and a colon make the annotation one.
        let opening = [
            PythonToken(kind: .name("field"), range: 0..<0), PythonToken(kind: .op(":"), range: 0..<0),
        ]
        var parser = PythonParser(opening + (try lexer.tokens()))
        let parameters = try parser.parameters()
        guard parameters.count == 1, let expression = parameters[0].annotation else {
            throw SignatureError(.syntax, "expected one type, found \"\(text)\"", at: 0..<text.unicodeScalars.count)
        }
        type = try AnnotationResolver(namedTypes: namedTypes, allowsNegativeNumbers: true).type(of: expression)
        guard let range = parameters[0].defaultRange else {
            (defaultValue, defaultRange) = (nil, nil)
            return
        }
        var written = String.UnicodeScalarView()
        written.append(contentsOf: Array(text.unicodeScalars)[range])
        guard let value = PythonLiteral.evaluate(String(written)) else {
            throw SignatureError(.syntax, "the default \(String(written)) is no Python literal", at: range)
        }
        (defaultValue, defaultRange) = (value, range)
    }
}
