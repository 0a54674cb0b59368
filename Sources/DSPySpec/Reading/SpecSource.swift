import OrderedJSON

/// The text of a program file, or of a bare signature, with the name it goes by.
package struct SpecSource: Sendable {
    /// The path as it was given, or `<signature>`.
    package let name: String
    /// The folder that relative paths start from, without a slash at its end; empty for the working folder.
    package let folder: String
    /// The text.
    package let bytes: [UInt8]

    package init(name: String, folder: String, bytes: [UInt8]) {
        self.name = name
        self.folder = folder
        self.bytes = bytes
    }

    /// The line that holds a place, without its end.
    func line(at position: TextPosition) -> String {
        var start = min(position.offset, bytes.count)
        while start > 0, bytes[start - 1] != 0x0A, bytes[start - 1] != 0x0D { start -= 1 }
        var end = min(position.offset, bytes.count)
        while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D, end - start < 100_000 { end += 1 }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }
}
