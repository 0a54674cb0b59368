import DSPyCore

/// A header field whose value may hold arguments.
struct HeaderTemplate: Sendable, Hashable {
    /// Its name.
    let name: String
    private let value: TextTemplate

    /// What a request says of itself, or which host it is for, is not the tool's to change.
    private static let reserved: Set<String> = [
        "connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// A field.
    ///
    /// - Throws: `ToolDefinitionError` (`headers`).
    init(_ name: String, _ value: TextTemplate, index: Int) throws(ToolDefinitionError) {
        guard !name.isEmpty, name.utf8.allSatisfy(Self.isTokenByte) else {
            throw ToolDefinitionError("headers", index: index, "\"\(name)\" is no name of a header")
        }
        guard !Self.reserved.contains(name.lowercased()) else {
            throw ToolDefinitionError("headers", index: index, "the header \(name) cannot be set")
        }
        guard !value.contains(where: Self.breaks) else {
            throw ToolDefinitionError("headers", index: index, "the header \(name) holds a line break")
        }
        self.name = name
        self.value = value
    }

    /// The value with the arguments in their places.
    ///
    /// - Throws: `ToolError` (`ValueError`) for a value that would end the line.
    func filled(_ values: ValueDict) throws(ToolError) -> String {
        let text = value.filled(values)
        guard !text.utf8.contains(where: Self.breaks) else {
            throw ToolError(
                "ValueError",
                "the value of \(value.argumentNames.joined(separator: ", ")) has a line break or NUL in it, which a "
                    + "header cannot hold")
        }
        return text
    }

    private static func breaks(_ byte: UInt8) -> Bool { byte == 10 || byte == 13 || byte == 0 }

    // RFC 9110 §5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x41...0x5A, 0x61...0x7A, 0x30...0x39: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
