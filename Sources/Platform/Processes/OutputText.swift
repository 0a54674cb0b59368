/// What programs print, as text.
package enum OutputText {
    /// The text without line ends at its end; bytes that are not UTF-8 are replaced.
    package static func trimmed(_ bytes: [UInt8]) -> String {
        var rest = bytes[...]
        while let last = rest.last, last == 0x0A || last == 0x0D { rest = rest.dropLast() }
        return String(decoding: rest, as: UTF8.self)
    }

    /// The last lines of what a program wrote to its errors, at most so many bytes.
    package static func lastLines(_ bytes: [UInt8], count: Int = 10, limit: Int = 2000) -> String {
        let text = trimmed(Array(bytes.suffix(limit)))
        return text.split(separator: "\n", omittingEmptySubsequences: false).suffix(count).joined(separator: "\n")
    }
}
