/// A place in a text, for people (line and column) and for programs (offset).
public struct TextPosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// UTF-8 bytes from the start of the text, from 0.
    public var offset: Int
    /// The line, from 1; `\n`, `\r\n` and a lone `\r` end one.
    public var line: Int
    /// Unicode scalars from the start of the line, from 1.
    public var column: Int

    /// The first place of every text.
    public static let start = TextPosition(offset: 0, line: 1, column: 1)

    /// A place.
    public init(offset: Int, line: Int, column: Int) {
        self.offset = offset
        self.line = line
        self.column = column
    }

    /// Whether the left place stands before the right one in the same text.
    public static func < (left: TextPosition, right: TextPosition) -> Bool { left.offset < right.offset }

    /// `line:column`, as compilers print it.
    public var description: String { "\(line):\(column)" }

    /// Moves forward to a byte offset of the text this place belongs to.
    mutating func advance(to target: Int, in bytes: UnsafeBufferPointer<UInt8>) {
        while offset < target, offset < bytes.count {
            let byte = bytes[offset]
            let endsLine =
                byte == 0x0A || (byte == 0x0D && !(offset + 1 < bytes.count && bytes[offset + 1] == 0x0A))
            if endsLine {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
            offset += 1
        }
    }
}
