extension JSON {
    /// The value as JSON text; floats that are not finite are written as Python does (`NaN`, `Infinity`, `-Infinity`).
    public func text(_ style: JSONStyle = .compact) -> String {
        withText(style) { String(decoding: $0, as: UTF8.self) }
    }

    /// Gives the value as JSON text in UTF-8 to a reader.
    package func withText<Result>(
        _ style: JSONStyle = .compact, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        var writer = JSONWriter(style: style)
        writer.write(self, depth: 0)
        return writer.withBytes(body)
    }

    /// Appends the value as JSON text in UTF-8.
    public func write(into bytes: inout [UInt8], style: JSONStyle = .compact) {
        withText(style) { bytes.append(contentsOf: $0) }
    }

    /// Appends a string as a JSON string literal in UTF-8, quotes included.
    public static func write(string text: String, into bytes: inout [UInt8], ensureASCII: Bool = false) {
        var writer = JSONWriter(
            style: ensureASCII ? .pythonASCII : .python, capacity: text.utf8.count + 32)
        writer.write(text)
        writer.withBytes { bytes.append(contentsOf: $0) }
    }
}
