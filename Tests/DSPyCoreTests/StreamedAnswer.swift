import Basics
import DSPyCore
import OrderedJSON
import TestSupport

/// A random signature, and a faultless answer to it.
struct StreamedAnswer {
    let signature: Signature
    let adapter: any Adapter
    let text: String

    private static let pieces = [
        "a", "word ", "\n", "\r\n", "\n\n", "  ", "é", "日本", "🎉", "\u{301}", "[[", "[[ ## ", "[[ ## a ## ]", "]]",
        "## ", "\"",
        "\\", "\\n", "{", "}", "\": ", ",", "&", "&amp;", "<", ">", "</a>", "\u{85}", "\u{2028}", "\u{a0}", "\u{3000}",
        "\t",
        "]]>", "'", "null", "3", "\u{c}", "\u{1f}",
    ]

    init(_ format: String, using generator: inout SeededGenerator) {
        let types = [
            "str", "str", "str", "int", "list[str]", "Literal['x','y']", "dict[str, int]", "bool", "float",
            "str | None",
        ]
        var fields = [Field(name: "q", kind: .input)]
        var values = ValueDict()
        for name in ["a", "b", "c"].prefix(Int.random(in: 1...3, using: &generator)) {
            let type = types.randomElement(using: &generator) ?? "str"
            fields.append(Field(name: name, kind: .output, type: (try? FieldType(type)) ?? .string))
            values[name] = Self.value(type, format, &generator)
        }
        signature = Signature(fields: fields)
        switch format {
        case "chat":
            adapter = ChatAdapter()
            text = Self.chat(signature, values, &generator)
        case "json":
            adapter = generator.next() % 2 == 0 ? JSONAdapter() : BAMLAdapter()
            text = Self.json(values, &generator)
        default:
            adapter = XMLAdapter()
            text = Self.xml(signature, values, &generator)
        }
    }

    private static func value(_ type: String, _ format: String, _ generator: inout SeededGenerator) -> Value {
        switch type {
        case "int": return .int(Int.random(in: -999...999, using: &generator))
        case "list[str]": return .list([.string(text(format, &generator)), "x"])
        case "Literal['x','y']": return "y"
        case "dict[str, int]": return .dict(["k": .int(1), "l": .int(2)])
        case "bool": return .bool(generator.next() % 2 == 0)
        case "float": return .float(0.5)
        default: return .string(text(format, &generator))
        }
    }

    /// Text that the format can hold: no header of the chat format, no character that XML lacks.
    private static func text(_ format: String, _ generator: inout SeededGenerator) -> String {
        guard format == "xml" else { return generator.text(of: pieces, upTo: 24) }
        let allowed = pieces.filter { piece in
            !piece.contains("]>") && piece != ">"
                && piece.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" || $0 == "\t" }
        }
        return generator.text(of: allowed, upTo: 24)
    }

    private static func chat(_ signature: Signature, _ values: ValueDict, _ generator: inout SeededGenerator) -> String
    {
        let space = ["", "\n", "\n\n", " \n", "\r\n", "\u{2028}"]
        var text = ["", "Sure:\n", "\n"].randomElement(using: &generator) ?? ""
        for (key, value) in values.members {
            let shown = value.string ?? value.json.text(.python)
            // A header that is indented leaves a piece of itself, which only text can take.
            let takesText = signature[key.pythonString]?.type == .string
            let indent = takesText ? ["", "", "", " "].randomElement(using: &generator) ?? "" : ""
            text +=
                "\(indent)[[ ## \(key.pythonString) ## ]]"
                + (["\n", " ", "\r\n", ""].randomElement(using: &generator) ?? "")
            text += shown + "\n" + (space.randomElement(using: &generator) ?? "")
        }
        return text + (["", "[[ ## completed ## ]]", "[[ ## completed ## ]]\n"].randomElement(using: &generator) ?? "")
    }

    /// As the adapter shows it, and text that no `str` holds escaped as well.
    private static func xml(_ signature: Signature, _ values: ValueDict, _ generator: inout SeededGenerator) -> String {
        let elements = signature.outputs.map { field -> String in
            guard case .string(let text)? = values[field.name] else {
                let shown = ValueDict([(field.name, values[field.name] ?? .null)])
                let one = Signature(fields: [field])
                return (try? XMLAdapter().assistantMessage(one, shown, missing: nil)) ?? ""
            }
            if generator.next() % 4 == 0 { return "<\(field.name)><![CDATA[\(text)]]></\(field.name)>" }
            var written = ""
            for scalar in text.unicodeScalars {
                switch scalar {
                case "&": written += "&amp;"
                case "<": written += "&lt;"
                case "🎉": written += generator.next() % 2 == 0 ? "&#x1F389;" : "🎉"
                default: written.unicodeScalars.append(scalar)
                }
            }
            let note = generator.next() % 8 == 0 ? "<!-- a <b> - note -->" : ""
            return "<\(field.name)>\(note)\n\(written)\n</\(field.name)>"
        }
        return elements.joined(separator: "\n")
    }

    private static func json(_ values: ValueDict, _ generator: inout SeededGenerator) -> String {
        let style: [JSONStyle] = [.compact, .python, .pythonASCII, .pythonIndented(2)]
        let text = Value.dict(values).json.text(style.randomElement(using: &generator) ?? .python)
        return (["", "\n", "```json\n"].randomElement(using: &generator) ?? "") + text
    }
}
