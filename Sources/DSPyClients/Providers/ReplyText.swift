import OrderedJSON

/// The text of a reply, in whichever of Unicode's encodings it came.
///
/// - Source: Python's `json.detect_encoding`, through which DSPy reads its replies.
enum ReplyText {
    /// The JSON of a reply.
    static func json(_ body: [UInt8]) throws(JSONError) -> JSON {
        let start = Array(body.prefix(4))
        if isPlain(start) { return try JSON(parsing: body, options: .python) }
        return try JSON(parsing: utf8(body), options: .python)
    }

    /// Whether bytes begin a text in UTF-8 without a mark, as nearly all do.
    private static func isPlain(_ start: [UInt8]) -> Bool {
        guard let first = start.first else { return true }
        return first != 0 && first < 0x80 && (start.count < 2 || start[1] != 0)
    }

    /// The text in UTF-8, without the mark that may open it; what is in no other encoding stays as it is.
    static func utf8(_ body: [UInt8]) -> [UInt8] {
        let start = Array(body.prefix(4))
        if start.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(body.dropFirst(3)) }
        if let isBig = isUTF32(start) {
            let units = units(body, size: 4, isBig: isBig).map { UInt32($0) }
            return Array(String(decoding: units.drop { $0 == 0xFEFF }, as: UTF32.self).utf8)
        }
        if let isBig = isUTF16(start) {
            let units = units(body, size: 2, isBig: isBig).map { UInt16($0) }
            return Array(String(decoding: units.drop { $0 == 0xFEFF }, as: UTF16.self).utf8)
        }
        return body
    }

    /// Whether it is UTF-32, and whose most significant byte comes first; nil for another encoding.
    private static func isUTF32(_ start: [UInt8]) -> Bool? {
        guard start.count == 4 else { return nil }
        if start == [0, 0, 0xFE, 0xFF] || start[..<3] == [0, 0, 0] && start[3] != 0 { return true }
        return start == [0xFF, 0xFE, 0, 0] || start[0] != 0 && start[1...] == [0, 0, 0] ? false : nil
    }

    private static func isUTF16(_ start: [UInt8]) -> Bool? {
        guard start.count >= 2 else { return nil }
        if start[..<2] == [0xFE, 0xFF] || start[0] == 0 && start[1] != 0 { return true }
        return start[..<2] == [0xFF, 0xFE] || start[0] != 0 && start[1] == 0 ? false : nil
    }

    private static func units(_ body: [UInt8], size: Int, isBig: Bool) -> [UInt32] {
        stride(from: 0, to: body.count - size + 1, by: size).map { place in
            (0..<size).reduce(0) { $0 << 8 | UInt32(body[place + (isBig ? $1 : size - 1 - $1)]) }
        }
    }
}
