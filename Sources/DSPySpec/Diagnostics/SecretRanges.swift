import DSPyCore
import OrderedJSON

/// Where secrets stand in the text of a program file, whether it is JSON or nearly so: findings show the line around them.
///
/// The text is only looked at: names and texts in quotes, and what stands behind a name. That also finds a secret in a file that
/// cannot be read, or in a place where nobody looks for one.
struct SecretRanges {
    /// The ranges in order, quotes included.
    private(set) var all: [Range<Int>] = []
    private let bytes: [UInt8]
    private var place = 0
    /// What the objects and arrays around hold.
    private var around: [Contents] = [.others]
    /// The name whose value comes next.
    private var name: String?

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The ranges in a text.
    static func all(in bytes: [UInt8]) -> [Range<Int>] {
        var ranges = SecretRanges(bytes)
        ranges.read()
        return ranges.all
    }

    private mutating func read() {
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""): readText()
            case UInt8(ascii: "{"), UInt8(ascii: "["): open()
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if around.count > 1 { around.removeLast() }
                (name, place) = (nil, place + 1)
            case UInt8(ascii: ","): (name, place) = (nil, place + 1)
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "'"): readWord()
            default: place += 1
            }
        }
    }

    private enum Contents {
        case secrets, headers, others
    }

    private var inside: Contents { around[around.count - 1] }

    private mutating func open() {
        let isArray = bytes[place] == UInt8(ascii: "[")
        let contents: Contents =
            switch name {
            case _ where inside == .secrets: .secrets
            case let name? where SecretNames.isSecret(name): .secrets
            case let name? where SecretOptions.isHeaders(name): .headers
            default: isArray ? inside : .others
            }
        // A text without end must not make this grow without end.
        if around.count < 1000 { around.append(contents) }
        (name, place) = (nil, place + 1)
    }

    private mutating func readText() {
        let start = place
        place += 1
        while place < bytes.count, bytes[place] != UInt8(ascii: "\""), bytes[place] != 0x0A {
            place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        let end = min(place, bytes.count)
        place = min(place + 1, bytes.count)
        let text = String(decoding: bytes[(start + 1)..<max(end, start + 1)], as: UTF8.self)
        var next = place
        while next < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[next]) { next += 1 }
        if name == nil, next < bytes.count, bytes[next] == UInt8(ascii: ":") {
            (name, place) = (text, next + 1)
        } else if isSecret(text) {
            all.append(start..<place)
        }
    }

    /// A number, or a text that lacks its quotes.
    private mutating func readWord() {
        let start = place
        while place < bytes.count, !",]}\r\n\"{[".utf8.contains(bytes[place]) { place += 1 }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        if inside == .secrets || name.map(SecretNames.isSecret) ?? false,
            !["null", "true", "false"].contains(text.prefix { $0 != " " })
        {
            all.append(start..<place)
        }
    }

    private func isSecret(_ text: String) -> Bool {
        if inside == .secrets { return !OptionVariables.isFilled(text) }
        return !SecretOptions.literals(in: .string(text), of: name ?? "", isHeader: inside == .headers).isEmpty
            || (SecretNames.looksSecret(text) && !OptionVariables.isFilled(text) && !text.hasSuffix(" "))
    }
}
