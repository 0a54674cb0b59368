import OrderedJSON

/// A signature as its string: where each field stands, and what DSPy passes over in silence.
///
/// - Source: dspy/signatures/signature.py (3.4.1), `_parse_signature`.
public struct SignatureString: Sendable {
    /// The string.
    public let text: String

    /// A string to parse.
    public init(_ text: String) { self.text = text }

    /// Fields, and what is worth a warning.
    public struct Parsed: Sendable {
        /// Inputs, then outputs.
        public let fields: [Field]
        /// Where the name of each field stands, in the order of `fields`: Unicode scalars from 0.
        public let ranges: [Range<Int>]
        /// What DSPy accepts and forgets: defaults, a field twice on one side, an empty output side.
        public let oddities: [SignatureError]
    }

    /// The fields.
    public func parse(namedTypes: [String: FieldType] = [:]) throws(SignatureError) -> Parsed {
        let scalars = Array(text.unicodeScalars)
        let arrows = scalars.indices.dropLast().filter { scalars[$0] == "-" && scalars[$0 + 1] == ">" }
        guard arrows.count == 1, let arrow = arrows.first else {
            throw SignatureError(
                .value, "Invalid signature format: '\(text)', must contain exactly one '->'.", at: 0..<scalars.count)
        }
        var oddities: [SignatureError] = []
        let resolver = AnnotationResolver(namedTypes: namedTypes)
        let inputs = try side(scalars[..<arrow], offset: 0, .input, resolver, &oddities)
        let outputs = try side(scalars[(arrow + 2)...], offset: arrow + 2, .output, resolver, &oddities)
        let sides = inputs + outputs
        for output in outputs where inputs.contains(where: { $0.field.name.hasSameBytes(as: output.field.name) }) {
            throw SignatureError(
                .value,
                "Input and output fields must have distinct names, but found duplicates: '\(output.field.name)'.",
                at: output.range)
        }
        for case let failure? in sides.map(\.failure) where failure.stage == .fields { throw failure }
        if let entry = sides.first(where: { $0.field.name == "model_config" }) { throw Self.reservedName(entry) }
        for entry in sides { try checkName(entry.field.name, entry.range) }
        for case let failure? in sides.map(\.failure) { throw failure }
        for entry in sides where Self.reserved.contains(entry.field.name) { throw Self.reservedName(entry) }
        if outputs.isEmpty {
            oddities.append(
                SignatureError(.value, "signature \"\(text)\" has no output field", at: arrow..<(arrow + 2)))
        }
        return Parsed(
            fields: sides.map(\.field), ranges: sides.map(\.range), oddities: oddities)
    }

    /// A field as its side names it; a failure that DSPy notices only when both sides are read.
    private typealias Entry = (field: Field, range: Range<Int>, failure: SignatureError?)

    private func side(
        _ scalars: ArraySlice<Unicode.Scalar>, offset: Int, _ kind: Field.Kind, _ resolver: AnnotationResolver,
        _ oddities: inout [SignatureError]
    ) throws(SignatureError) -> [Entry] {
        var lexer = PythonLexer(scalars, offset: offset)
        var parser = PythonParser(try lexer.tokens())
        var fields: [Entry] = []
        var places: [[UInt8]: Int] = [:]
        for parameter in try parser.parameters() {
            var type = FieldType.string
            var failure: SignatureError?
            if let annotation = parameter.annotation {
                do throws(SignatureError) {
                    type = try resolver.type(of: annotation)
                } catch {
                    guard error.stage > .reading else { throw error }
                    failure = error
                }
            }
            if let range = parameter.defaultRange {
                oddities.append(
                    SignatureError(
                        .value, "the default of `\(parameter.name)` is dropped; say it under `defaults`", at: range))
            }
            let field = Field(
                name: parameter.name, kind: kind, type: type,
                isTypeUndefined: kind == .input && parameter.annotation == nil)
            if let place = places[Array(field.name.utf8)] {
                oddities.append(
                    SignatureError(
                        .value, "the field `\(field.name)` stands twice; only the last one counts",
                        at: parameter.nameRange))
                fields[place].field = field
                fields[place].failure = failure
            } else {
                places[Array(field.name.utf8)] = fields.count
                fields.append((field, parameter.nameRange, failure))
            }
        }
        return fields
    }

    private static let reserved: Set<String> = [
        "instructions", "fields", "signature", "input_fields", "output_fields",
    ]

    private static func reservedName(_ entry: Entry) -> SignatureError {
        SignatureError(
            .type, "`\(entry.field.name)` is a name that DSPy needs itself; choose another", at: entry.range)
    }

    private func checkName(_ name: String, _ range: Range<Int>) throws(SignatureError) {
        if name.hasPrefix("_") {
            throw SignatureError(.name, "field names may not start with an underscore: `\(name)`", at: range)
        }
        if name.hasPrefix("model_dump") || name.hasPrefix("model_validate") {
            throw SignatureError(.value, "`\(name)` is a name that pydantic needs itself; choose another", at: range)
        }
    }
}
