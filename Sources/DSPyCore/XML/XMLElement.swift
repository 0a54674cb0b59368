/// One element of a parsed XML text, as Python's ElementTree holds it.
struct XMLElement {
    /// The tag.
    var tag: String
    /// Attributes in order.
    var attributes: [(name: String, value: String)] = []
    /// The text before the first child.
    var text = ""
    /// The elements inside.
    var children: [XMLElement] = []
    /// The text behind the element, up to its next sibling.
    var tail = ""

    /// `ET.tostring(element, encoding="unicode")`: the element and its tail.
    var serialized: String {
        var output = "<\(tag)"
        for (name, value) in attributes { output += " \(name)=\"\(Self.escapedAttribute(value))\"" }
        if text.isEmpty, children.isEmpty {
            output += " />"
        } else {
            output += ">" + Self.escaped(text) + children.map(\.serialized).joined() + "</\(tag)>"
        }
        return output + Self.escaped(tail)
    }

    private static func escaped(_ text: String) -> String {
        replaced(text) { scalar in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            default: nil
            }
        }
    }

    private static func escapedAttribute(_ text: String) -> String {
        replaced(text) { scalar in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            case "\r": "&#13;"
            case "\n": "&#10;"
            case "\t": "&#09;"
            default: nil
            }
        }
    }

    private static func replaced(_ text: String, _ replacement: (Unicode.Scalar) -> String?) -> String {
        var output = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let made = replacement(scalar) {
                output.append(contentsOf: made.unicodeScalars)
            } else {
                output.append(scalar)
            }
        }
        return String(output)
    }
}
