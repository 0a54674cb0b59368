import OrderedJSON

/// A Python session as prompts tell of it.
///
/// - Source: dspy/primitives/repl_types.py, dspy/predict/rlm.py (3.4.1).
enum REPLText {
    /// One piece of code, and what came of it.
    struct Entry: Sendable {
        var reasoning: String
        var code: String
        var output: String

        /// What a prediction keeps of it.
        var value: Value {
            .dict(["reasoning": .string(reasoning), "code": .string(code), "output": .string(output)])
        }

        /// Notes what the code gave.
        ///
        /// - Returns: The outputs, if it submitted them all and they fit.
        mutating func take(_ outcome: CodeOutcome, _ signature: Signature) throws -> ValueDict? {
            switch outcome {
            case .output(.list(let items)): output = items.map(\.pythonString).joined(separator: "\n")
            case .output(let value): output = Expression.isTrue(value) ? value.pythonString : ""
            case .submitted(let value):
                switch REPLText.outputs(in: value, signature) {
                case .success(let outputs):
                    output = "FINAL: \(Value.dict(outputs).pythonRepr)"
                    return outputs
                case .failure(let fault): output = fault.message
                }
            }
            if output.isEmpty { output = "(no output - did you forget to print?)" }
            return nil
        }
    }

    struct Fault: Error { let message: String }

    /// What was submitted, fitted to the signature's outputs.
    static func outputs(in value: Value, _ signature: Signature) -> Result<ValueDict, Fault> {
        let names = signature.outputs.map(\.name)
        let listed = Value.list(names.map { .string($0) }).pythonRepr
        guard let given = value.dict else {
            return .failure(
                Fault(
                    message: "[Error] FINAL returned \(value.pythonTypeName), expected dict with fields: \(listed)"))
        }
        let missing = names.filter { !given.contains($0) }.sorted()
        guard missing.isEmpty else {
            let absent = Value.list(missing.map { .string($0) }).pythonRepr
            return .failure(
                Fault(
                    message: "[Error] Missing output fields: \(absent). Use SUBMIT(\(names.joined(separator: ", ")))"))
        }
        var outputs = ValueDict()
        var faults: [String] = []
        for field in signature.outputs {
            guard let raw = given[field.name] else { continue }
            do throws(ValidationError) { outputs[field.name] = try ValueParsing.parse(raw, as: field.type) } catch {
                faults.append(
                    "\(field.name): expected \(className(of: field.type)), got \(raw.pythonTypeName): \(error)")
            }
        }
        guard faults.isEmpty else { return .failure(Fault(message: "[Type Error] " + faults.joined(separator: "; "))) }
        return .success(outputs)
    }

    /// The name of a type's class, Python's `__name__`.
    private static func className(of type: FieldType) -> String {
        switch type {
        case .list(let name, _), .dict(let name, _): name
        case .set(let isFrozen, _): isFrozen ? "frozenset" : "set"
        case .tuple: "tuple"
        case .literal: "Literal"
        case .union(let alternatives):
            alternatives.count == 2 && alternatives.contains(.none) ? "Optional" : "Union"
        case .custom(let custom): custom.className
        default: type.name
        }
    }

    /// The session so far.
    static func history(_ entries: [Entry], _ limit: Int) -> String {
        guard !entries.isEmpty else { return "You have not interacted with the REPL environment yet." }
        return entries.enumerated().map { place, entry in
            let reasoning = entry.reasoning.isEmpty ? "" : "Reasoning: \(entry.reasoning)\n"
            return "=== Step \(place + 1) ===\n\(reasoning)Code:\n```python\n\(entry.code)\n```\n"
                + shortened(entry.output, limit)
        }.joined(separator: "\n")
    }

    private static func shortened(_ output: String, _ limit: Int) -> String {
        let scalars = output.unicodeScalars
        let count = scalars.count
        guard count > limit else { return "Output (\(PythonString.grouped(count)) chars):\n\(output)" }
        let head = String(scalars.prefix(limit / 2))
        let tail = String(scalars.suffix(limit - limit / 2))
        return
            "Output (\(PythonString.grouped(count)) chars):\n\(head)\n\n... (\(PythonString.grouped(count - limit)) characters omitted) ...\n\n"
            + tail
    }

    /// What a prompt says of an input.
    static func variable(_ field: Field, _ value: Value) -> String {
        let json = value.plainJSON
        let text: String
        switch json {
        case .array, .object:
            text = json.text(JSONStyle(itemSeparator: ",", keySeparator: ": ", indent: 2, ensureASCII: true))
        default: text = Value(json).pythonString
        }
        let scalars = text.unicodeScalars
        let count = scalars.count
        let preview = count > 1000 ? "\(String(scalars.prefix(500)))...\(String(scalars.suffix(500)))" : text
        var lines = ["Variable: `\(field.name)` (access it in your code)", "Type: \(value.pythonTypeName)"]
        if !field.description.isEmpty, !field.description.hasPrefix("${") {
            lines.append("Description: \(field.description)")
        }
        if !field.constraints.isEmpty { lines.append("Constraints: \(field.constraints.description)") }
        lines.append("Total length: \(PythonString.grouped(count)) characters")
        lines.append("Preview:\n```\n\(preview)\n```")
        return lines.joined(separator: "\n")
    }
}
