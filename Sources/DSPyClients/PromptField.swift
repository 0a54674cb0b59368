import Basics
import OrderedJSON

/// An output field as the adapters' instructions name it.
struct PromptField {
    let name: String
    /// The type as DSPy prints it: `int`, `list[str]`, `Literal['a', 'b']`.
    let type: String

    /// The fields listed under `Your output fields are:`.
    static func outputs(of system: String) -> [PromptField] {
        let lines = system.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(of: "Your output fields are:") else { return [] }
        var fields: [PromptField] = []
        for line in lines[(start + 1)...] {
            if line.hasPrefix("All interactions will be structured") { break }
            // 1. `name` (type): description
            let number = line.prefix { $0.isNumber }
            let rest = line.dropFirst(number.count)
            guard !number.isEmpty, rest.hasPrefix(". `") else { continue }
            let parts = rest.dropFirst(3).split(separator: "` (", maxSplits: 1)
            guard parts.count == 2 else { continue }
            fields.append(PromptField(name: String(parts[0]), type: Self.typeName(parts[1])))
        }
        return fields
    }

    private static func typeName(_ text: Substring) -> String {
        var depth = 1
        var name = ""
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if depth == 0 { break }
            name.append(character)
        }
        return name
    }

    /// The schema of the field's values, as far as the instructions tell it.
    func schema(isQuoted: Bool, in system: String) -> JSON {
        guard let note = note(in: system, isQuoted: isQuoted) else { return ["type": "string"] }
        if let schema = note.range(after: "JSON schema: ").flatMap({ try? JSON(parsing: String(note[$0...])) }) {
            return schema
        }
        if let choices = note.range(after: "one of: ") {
            return ["enum": .array(note[choices...].split(separator: "; ").map { .string(String($0.trimmed)) })]
        }
        if note.contains("single int") { return ["type": "integer"] }
        if note.contains("single float") { return ["type": "number"] }
        if note.contains("True or False") { return ["type": "boolean"] }
        return ["type": "string"]
    }

    /// A value that fits the field.
    func value(echo: String, isQuoted: Bool, in system: String) -> JSON {
        guard let note = note(in: system, isQuoted: isQuoted) else { return value(ofType: type, echo: echo) }
        if let schema = note.range(after: "JSON schema: ").flatMap({ try? JSON(parsing: String(note[$0...])) }) {
            return EchoValue(schema: schema, echo: echo).value
        }
        if let choices = note.range(after: "one of: ") {
            let names = note[choices...].split(separator: "; ").map { String($0.trimmed) }
            return choice(among: names)
        }
        if note.contains("single int") { return 1 }
        if note.contains("single float") { return 1.0 }
        if note.contains("True or False") { return true }
        return value(ofType: type, echo: echo)
    }

    /// The agent's `finish` ends a run at once; else the first choice.
    private func choice(among names: [String]) -> JSON {
        let name = names.contains("finish") ? "finish" : names.first ?? ""
        if let number = Int(name), !type.contains("'\(name)'") { return .int(number) }
        if name == "True" || name == "False", !type.contains("'\(name)'") { return .bool(name == "True") }
        return .string(name)
    }

    private func note(in system: String, isQuoted: Bool) -> String? {
        let mark = "{\(name)}        # note: the value you produce "
        guard let start = system.range(after: mark) else { return nil }
        let line = system[start...].prefix { $0 != "\n" }
        guard isQuoted else { return String(line) }
        // The JSON adapter writes the note into a JSON string.
        let text = line.hasSuffix(",") ? line.dropLast() : line
        return (try? JSON(parsing: "\"" + text))?.string ?? String(text)
    }

    /// A value for a type that came without a note, as BAML's adapter sends it.
    private func value(ofType type: String, echo: String) -> JSON {
        switch type {
        case "int": return 1
        case "float": return 1.0
        case "bool": return true
        case _ where type.hasPrefix("Literal["):
            let inside = type.dropFirst(8).prefix { $0 != "]" }
            let names = inside.split(separator: ", ").map { $0.filter { $0 != "'" && $0 != "\"" } }
            return choice(among: names)
        case _ where type.hasPrefix("list["): return [value(ofType: String(type.dropFirst(5).dropLast()), echo: echo)]
        case _ where type.hasPrefix("dict["): return [:]
        case _ where type.hasSuffix("NoneType]") || type.hasPrefix("Optional["): return .null
        default: return .string(echo)
        }
    }
}
