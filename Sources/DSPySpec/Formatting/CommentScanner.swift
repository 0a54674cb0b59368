/// Finds the comments of a JSONC text that is known to be well-formed.
enum CommentScanner {
    /// One comment.
    struct Comment {
        /// Where it starts, in bytes.
        let offset: Int
        /// Its text with the marks, without a line end.
        let text: String
        /// Whether something else stands before it on its line.
        let isTrailing: Bool
    }

    static func comments(in bytes: [UInt8]) -> [Comment] {
        var comments: [Comment] = []
        var place = 0
        var lineHasContent = false
        while place < bytes.count {
            let byte = bytes[place]
            let next = place + 1 < bytes.count ? bytes[place + 1] : 0
            if byte == UInt8(ascii: "\"") {
                lineHasContent = true
                place = endOfString(bytes, place)
            } else if byte == UInt8(ascii: "/"), next == UInt8(ascii: "/") || next == UInt8(ascii: "*") {
                let end = next == UInt8(ascii: "/") ? endOfLine(bytes, place) : endOfBlock(bytes, place)
                var text = bytes[place..<end]
                while let last = text.last, last == 0x0D || last == 0x20 || last == 0x09 { text.removeLast() }
                comments.append(
                    Comment(offset: place, text: String(decoding: text, as: UTF8.self), isTrailing: lineHasContent))
                place = end
            } else {
                if byte == 0x0A || byte == 0x0D {
                    lineHasContent = false
                } else if byte != 0x20, byte != 0x09 {
                    lineHasContent = true
                }
                place += 1
            }
        }
        return comments
    }

    private static func endOfString(_ bytes: [UInt8], _ start: Int) -> Int {
        var place = start + 1
        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
            place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(place + 1, bytes.count)
    }

    private static func endOfLine(_ bytes: [UInt8], _ start: Int) -> Int {
        var place = start
        while place < bytes.count, bytes[place] != 0x0A, bytes[place] != 0x0D { place += 1 }
        return place
    }

    private static func endOfBlock(_ bytes: [UInt8], _ start: Int) -> Int {
        var place = start + 2
        while place + 1 < bytes.count, !(bytes[place] == UInt8(ascii: "*") && bytes[place + 1] == UInt8(ascii: "/")) {
            place += 1
        }
        return min(place + 2, bytes.count)
    }
}
