/// Splits a reply into sections at lines that start with `[[ ## name ## ]]`.
///
/// - Source: dspy/adapters/chat_adapter.py (3.4.1), `ChatAdapter.parse`.
enum ChatSections {
    /// One section: the header's name and the text below it, stripped.
    struct Section {
        let name: String
        let text: String
    }

    /// The sections in order; what stands before the first header belongs to none.
    static func split(_ reply: String) -> [Section] {
        var reply = reply
        return reply.withUTF8 { bytes in
            var sections: [Section] = []
            var open: (name: String, rest: String, body: Int)?
            func close(at end: Int) {
                guard let section = open else { return }
                sections.append(
                    Section(
                        name: section.name,
                        text: text(section.rest, UnsafeBufferPointer(rebasing: bytes[section.body..<end]))))
            }
            var start = 0
            while start < bytes.count {
                let (end, next) = PythonString.line(in: bytes, from: start)
                if let header = header(of: UnsafeBufferPointer(rebasing: bytes[start..<end])) {
                    close(at: start)
                    open = (header.name, header.rest, next)
                }
                start = next
            }
            close(at: bytes.count)
            return sections
        }
    }

    /// What stands behind a header on its line, and the lines below, joined with line feeds and stripped.
    private static func text(_ rest: String, _ body: UnsafeBufferPointer<UInt8>) -> String {
        if rest.isEmpty, !PythonString.hasOddLineEnds(body) { return PythonString.strip(body) }
        let lines = (rest.isEmpty ? [] : [rest]) + PythonString.splitLines(String(decoding: body, as: UTF8.self))
        return PythonString.strip(lines.joined(separator: "\n"))
    }

    /// The name in a header at the start of the stripped line, and what follows it, stripped.
    ///
    /// DSPy cuts the header's length off the line as it was, so an indented header leaves a piece of itself in the text.
    private static func header(of line: UnsafeBufferPointer<UInt8>) -> (name: String, rest: String)? {
        // Most lines are done with here: white space is below or beyond ASCII.
        guard let start = line.firstIndex(where: { $0 > 0x20 }) else { return nil }
        guard line[start] == UInt8(ascii: "[") else { return line[start] >= 0x80 ? wideHeader(of: line) : nil }
        guard line[..<start].allSatisfy({ PythonString.isSpace(Unicode.Scalar($0)) }),
            line[start...].starts(with: opening.utf8)
        else { return nil }
        let rest = line[(start + opening.utf8.count)...]
        let name = rest.prefix { $0 < 0x80 && isWord(Unicode.Scalar($0)) }
        if name.endIndex < rest.endIndex, rest[name.endIndex] >= 0x80 { return wideHeader(of: line) }
        guard !name.isEmpty, rest[name.endIndex...].starts(with: closing.utf8) else { return nil }
        let length = opening.utf8.count + name.count + closing.utf8.count
        return (
            String(decoding: name, as: UTF8.self),
            PythonString.strip(UnsafeBufferPointer(rebasing: line[length...]))
        )
    }

    private static let (opening, closing) = ("[[ ## ", " ## ]]")

    /// The same for a line with code points beyond ASCII before or in the name.
    private static func wideHeader(of bytes: UnsafeBufferPointer<UInt8>) -> (name: String, rest: String)? {
        let line = String(decoding: bytes, as: UTF8.self)
        let text = Substring(PythonString.stripStart(line))
        guard text.utf8.starts(with: opening.utf8) else { return nil }
        let rest = text[text.utf8.index(text.startIndex, offsetBy: opening.utf8.count)...].unicodeScalars
        let name = rest.prefix(while: isWord)
        guard !name.isEmpty, rest[name.endIndex...].starts(with: closing.unicodeScalars) else { return nil }
        let length = opening.utf8.count + name.count + closing.utf8.count
        return (String(name), PythonString.strip(Substring(line.unicodeScalars.dropFirst(length))))
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
