import Basics
import OrderedJSON

/// What a module asks of a model: input fields, output fields and instructions.
///
/// - Source: dspy/signatures/signature.py (3.4.1).
public struct Signature: Sendable, Hashable {
    /// The input fields in order.
    public private(set) var inputs: [Field]
    /// The output fields in order.
    public private(set) var outputs: [Field]
    /// The task in words, as it was given; see `instructions`.
    private var rawInstructions: String

    /// A signature of fields.
    ///
    /// - Parameter instructions: nil or empty stands for ``Given the fields `a`, produce the fields `b`.``
    public init(fields: [Field], instructions: String? = nil) {
        inputs = fields.filter { $0.kind == .input }
        outputs = fields.filter { $0.kind == .output }
        rawInstructions = instructions ?? ""
        if rawInstructions.isEmpty { rawInstructions = Self.defaultInstructions(fields) }
    }

    /// A signature from its string, `question, context: list[str] -> answer: int`.
    ///
    /// - Parameters:
    ///   - string: DSPy's grammar: both sides of one arrow are the parameters of a Python `def`.
    ///   - namedTypes: The records and enums that annotations may name.
    ///   - instructions: nil or empty stands for the default instructions.
    /// - Throws: `SignatureError`, with the place inside the string.
    public init(
        _ string: String, namedTypes: [String: FieldType] = [:], instructions: String? = nil
    ) throws(SignatureError) {
        self.init(
            fields: try SignatureString(string).parse(namedTypes: namedTypes).fields, instructions: instructions)
    }

    /// The task in words, without common indentation and blank lines around.
    public var instructions: String { PythonString.cleanDoc(rawInstructions) }

    /// Inputs first, then outputs, each side in its order.
    public var fields: [Field] { inputs + outputs }
    /// `question, context -> answer`: the names alone.
    public var signature: String {
        "\(inputs.map(\.name).joined(separator: ", ")) -> \(outputs.map(\.name).joined(separator: ", "))"
    }

    /// The field of a name, if there is one.
    public subscript(name: String) -> Field? {
        inputs.first { $0.name.hasSameBytes(as: name) } ?? outputs.first { $0.name.hasSameBytes(as: name) }
    }

    /// Whether another signature is a copy of this one: found by the identity of its storage, not by a comparison.
    func isSame(as other: Signature) -> Bool {
        inputs.isSameStorage(as: other.inputs) && outputs.isSameStorage(as: other.outputs)
            && rawInstructions.hasSameBytes(as: other.rawInstructions)
    }

    private static func defaultInstructions(_ fields: [Field]) -> String {
        func names(_ kind: Field.Kind) -> String {
            fields.filter { $0.kind == kind }.map { "`\($0.name)`" }.joined(separator: ", ")
        }
        return "Given the fields \(names(.input)), produce the fields \(names(.output))."
    }
}

// MARK: New signatures from old ones

extension Signature {
    /// The same fields with other instructions; empty instructions stay empty.
    public func withInstructions(_ instructions: String) -> Signature {
        var copy = self
        copy.rawInstructions = instructions
        return copy
    }

    /// The same fields with more instructions after a blank line.
    public func appendingInstructions(_ instructions: String) -> Signature {
        withInstructions("\(self.instructions)\n\n\(instructions)")
    }

    /// A signature with one more field, first on its side.
    public func prepending(_ field: Field) -> Signature { inserting(field, at: 0) }

    /// A signature with one more field, last on its side.
    public func appending(_ field: Field) -> Signature { inserting(field, at: -1) }

    /// A signature with one more field at a place on its side; negative places count from behind the last field.
    public func inserting(_ field: Field, at place: Int) -> Signature {
        var side = fields.filter { $0.kind == field.kind && $0.name != field.name }
        let index = place < 0 ? side.count + place + 1 : place
        side.insert(field, at: min(max(index, 0), side.count))
        let others = fields.filter { $0.kind != field.kind && $0.name != field.name }
        return withFields(field.kind == .input ? side + others : others + side)
    }

    /// A signature without a field; the same when there is none of that name.
    public func deleting(_ name: String) -> Signature {
        self[name] == nil ? self : withFields(fields.filter { !$0.name.hasSameBytes(as: name) })
    }

    /// Other fields; instructions of nothing but white space give way to the default ones, as in DSPy.
    private func withFields(_ fields: [Field]) -> Signature {
        Signature(fields: fields, instructions: instructions)
    }

    /// A signature in which one field is changed; the same when there is none of that name.
    public func updating(_ name: String, _ change: (inout Field) -> Void) -> Signature {
        var copy = self
        for place in copy.inputs.indices where copy.inputs[place].name.hasSameBytes(as: name) {
            change(&copy.inputs[place])
        }
        for place in copy.outputs.indices where copy.outputs[place].name.hasSameBytes(as: name) {
            change(&copy.outputs[place])
        }
        return copy
    }
}
