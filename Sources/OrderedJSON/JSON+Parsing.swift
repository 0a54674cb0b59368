extension JSON {
    /// Reads a whole text as one value.
    ///
    /// A key that stands twice keeps its first place and its last value, as in Python.
    public init(parsing text: String, options: JSONReadingOptions = .strict) throws(JSONError) {
        var text = text
        text.makeContiguousUTF8()
        let outcome = text.utf8.withContiguousStorageIfAvailable { Self.outcome($0, options: options) }
        self = try (outcome ?? Self.outcome(UnsafeBufferPointer(start: nil, count: 0), options: options)).get()
    }

    /// Reads all bytes, UTF-8, as one value.
    public init(parsing bytes: [UInt8], options: JSONReadingOptions = .strict) throws(JSONError) {
        self = try bytes.withUnsafeBufferPointer { Self.outcome($0, options: options) }.get()
    }

    /// Reads all bytes, UTF-8, as one value.
    public init(parsing bytes: UnsafeRawBufferPointer, options: JSONReadingOptions = .strict) throws(JSONError) {
        self = try Self.outcome(bytes.assumingMemoryBound(to: UInt8.self), options: options).get()
    }

    private static func outcome(
        _ bytes: UnsafeBufferPointer<UInt8>, options: JSONReadingOptions
    ) -> Result<JSON, JSONError> {
        var reader = JSONReader(bytes, options: options, builder: PlainJSONBuilder())
        do throws(JSONError) {
            return .success(try reader.document())
        } catch {
            return .failure(error)
        }
    }
}
