/// Splits a reply into sections at lines that start with `[[ ## name ## ]]`.
///
/// - Source: dspy/adapters/chat_adapter.py (3.4.1), `ChatAdapter.parse`.
enum ChatSections {
    /// One section: the header's name and the text below it, stripped.
    struct Section {
        let name: String
        var text: String
    }

    /// The sections in order; what stands before the first header belongs to none.
    static func split(_ reply: String) -> [Section] {
        var sections: [(name: String, lines: [String])] = []
        for line in PythonString.splitLines(reply) {
            if let header = header(of: line) {
                let rest = PythonString.strip(
                    String.UnicodeScalarView(line.unicodeScalars.dropFirst(header.length)).description)
                sections.append((header.name, rest.isEmpty ? [] : [rest]))
            } else if !sections.isEmpty {
                sections[sections.count - 1].lines.append(line)
            }
        }
        return sections.map { Section(name: $0.name, text: PythonString.strip($0.lines.joined(separator: "\n"))) }
    }

    /// The name in a header at the start of the stripped line, and the header's length in code points.
    ///
    /// DSPy cuts that length off the line as it was, so an indented header leaves a piece of itself in the text.
    private static func header(of line: String) -> (name: String, length: Int)? {
        guard line.utf8.contains(UInt8(ascii: "[")) else { return nil }
        let text = Substring(PythonString.stripStart(line))
        let (opening, closing) = ("[[ ## ".utf8, " ## ]]".utf8)
        guard text.utf8.starts(with: opening) else { return nil }
        let rest = text[text.utf8.index(text.startIndex, offsetBy: opening.count)...].unicodeScalars
        let name = rest.prefix(while: isWord)
        guard !name.isEmpty, rest[name.endIndex...].starts(with: " ## ]]".unicodeScalars) else { return nil }
        return (String(name), opening.count + name.count + closing.count)
    }

    /// `\w` of Python's `re`: letters, numbers and the underscore; no combining marks.
    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_": return true
        case _ where scalar.isASCII: return false
        default: break
        }
        return switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            true
        default: false
        }
    }
}
