extension JSON {
    /// The value as JSON text; floats that are not finite are written as Python does (`NaN`, `Infinity`, `-Infinity`).
    public func text(_ style: JSONStyle = .compact) -> String {
        var bytes: [UInt8] = []
        write(into: &bytes, style: style)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the value as JSON text in UTF-8.
    public func write(into bytes: inout [UInt8], style: JSONStyle = .compact) {
        var writer = JSONWriter(style: style)
        swap(&writer.bytes, &bytes)
        writer.write(self, depth: 0)
        swap(&writer.bytes, &bytes)
    }

    /// Appends a string as a JSON string literal in UTF-8, quotes included.
    public static func write(string text: String, into bytes: inout [UInt8], ensureASCII: Bool = false) {
        var writer = JSONWriter(
            style: JSONStyle(itemSeparator: ",", keySeparator: ":", ensureASCII: ensureASCII))
        swap(&writer.bytes, &bytes)
        writer.write(text)
        swap(&writer.bytes, &bytes)
    }
}
