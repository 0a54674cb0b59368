/// What stands between `<` and `>` in an XML answer, read as it comes in.
struct XMLTag: Sendable {
    /// What it turned out to be.
    enum Kind {
        /// Not whole yet.
        case open
        case start(name: String)
        case empty(name: String)
        case end(name: String)
        /// A comment or a processing instruction.
        case ignored
        /// The opening of a CDATA section.
        case data
        /// Nothing that XML has.
        case broken
    }

    private enum Form { case unknown, element, comment, instruction }

    /// The bytes so far, from `<` on; of comments only the last few.
    private(set) var bytes: [UInt8] = [0x3C]
    private var form = Form.unknown
    private var quote: UInt8?

    private static let data = Array("<![CDATA[".utf8)
    private static let comment = Array("<!--".utf8)

    /// Takes the next byte.
    mutating func take(_ byte: UInt8) -> Kind {
        bytes.append(byte)
        switch form {
        case .unknown: return decide(byte)
        case .element: return element(byte)
        case .comment, .instruction:
            if form == .comment && bytes.suffix(3) == [0x2D, 0x2D, 0x3E] { return .ignored }
            if form == .instruction && bytes.suffix(2) == [0x3F, 0x3E] { return .ignored }
            if bytes.count > 64 { bytes.removeFirst(60) }
            return .open
        }
    }

    private mutating func decide(_ byte: UInt8) -> Kind {
        guard bytes[1] == UInt8(ascii: "!") else {
            if byte == UInt8(ascii: "?") {
                form = .instruction
                return .open
            }
            form = .element
            return byte == 0x3E ? .broken : .open
        }
        if Self.data.starts(with: bytes) { return bytes.count == Self.data.count ? .data : .open }
        guard Self.comment.starts(with: bytes) else { return .broken }
        if bytes.count == Self.comment.count {
            form = .comment
            // So that the dashes of the opening do not count for the closing.
            bytes = [0x3C]
        }
        return .open
    }

    private mutating func element(_ byte: UInt8) -> Kind {
        if let open = quote {
            if byte == open { quote = nil }
            return byte == 0x3C ? .broken : .open
        }
        switch byte {
        case 0x22, 0x27:
            quote = byte
            return .open
        case 0x3C: return .broken
        case 0x3E: break
        default: return .open
        }
        if bytes[1] == UInt8(ascii: "/") { return .end(name: name(from: 2)) }
        return bytes[bytes.count - 2] == UInt8(ascii: "/") ? .empty(name: name(from: 1)) : .start(name: name(from: 1))
    }

    private func name(from start: Int) -> String {
        let name = bytes[start...].prefix { $0 > 0x20 && $0 != 0x3E && $0 != UInt8(ascii: "/") }
        return String(decoding: name, as: UTF8.self)
    }
}
