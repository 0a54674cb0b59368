/// Text of somebody else inside a sentence that somebody decides by.
///
/// What could change how the sentence reads is written as `\u{…}`: control characters, line ends, marks and letters that
/// change the direction of writing, and what nobody sees. Two different texts never look the same.
package enum ShownText {
    /// A text as one word: as it is when it holds nothing of a shell's, else in quotes.
    package static func word(_ text: String) -> String {
        let isWord = text.unicodeScalars.allSatisfy { !isHidden($0) && ($0.value >= 0x80 || isPlain($0.value)) }
        return isWord && !text.isEmpty ? text : "\"" + escaped(text) + "\""
    }

    /// The words of a command.
    package static func command(_ words: [String]) -> String { words.map(word).joined(separator: " ") }

    /// The words of a command with places for arguments.
    package static func command(_ words: [TextTemplate]) -> String { command(words.map(text)) }

    /// A template as it is written.
    package static func text(_ template: TextTemplate) -> String {
        template.parts.map { part in
            switch part {
            case .argument(let name): "{\(name)}"
            case .environment(let name): "${env:\(name)}"
            case .text(let text):
                TextTemplateReader(text).pieces.map { piece in
                    switch piece.part {
                    case .argument(let name): "{{\(name)}}"
                    case .environment(let name): "${env:\(name)}"
                    case .text(let text): text
                    }
                }.joined()
            }
        }.joined()
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case let scalar where isHidden(scalar): "\\u{\(String(scalar.value, radix: 16))}"
            default: String(scalar)
            }
        }.joined()
    }

    private static func isPlain(_ ascii: UInt32) -> Bool {
        switch ascii {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "_@%+=:,./-{}$*?~#[]".utf8.contains { UInt32($0) == ascii }
        }
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return true
        case .spaceSeparator: return scalar != " "
        default: break
        }
        switch scalar.value {
        // Written from right to left; what nobody sees.
        case 0x590...0x8FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF: return true
        case 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0x17B4, 0x17B5, 0xFE00...0xFE0F, 0xE0100...0xE01EF: return true
        default: return scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
