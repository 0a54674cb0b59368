import OrderedJSON

/// The text of a program file, or of a bare signature, with the name it goes by.
package struct SpecSource: Sendable {
    /// The path as it was given, or `<signature>`.
    package let name: String
    /// The folder that relative paths start from, without a slash at its end; empty for the working folder.
    package let folder: String
    package let bytes: [UInt8]
    /// Whether the text is a signature itself and no JSON.
    let isSignature: Bool

    package init(name: String, folder: String, bytes: [UInt8], isSignature: Bool = false) {
        self.name = name
        self.folder = folder
        self.bytes = bytes
        self.isSignature = isSignature
    }

    /// Where a part of a string stands in the text; the part is counted in Unicode scalars.
    func range(of scalars: Range<Int>, in value: PositionedJSON) -> Range<TextPosition> {
        guard isSignature else {
            return value.position(ofScalar: scalars.lowerBound)..<value.position(ofScalar: scalars.upperBound)
        }
        return position(ofScalar: scalars.lowerBound)..<position(ofScalar: scalars.upperBound)
    }

    private func position(ofScalar index: Int) -> TextPosition {
        var position = TextPosition.start
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars.prefix(max(0, index)) {
            position.offset += UTF8.width(scalar)
            position.column += 1
            if scalar == "\n" {
                position.line += 1
                position.column = 1
            }
        }
        return position
    }

    /// The one character that stands at a place; nothing at the end of the text.
    func character(at position: TextPosition) -> Range<TextPosition> {
        guard position.offset < bytes.count else { return position..<position }
        var end = position
        repeat { end.offset += 1 } while end.offset < bytes.count && bytes[end.offset] & 0xC0 == 0x80
        end.column += 1
        return position..<end
    }
}
