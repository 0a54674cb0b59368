import DSPy

/// An address in which arguments fill parts of the path, the query or the fragment, and can change nothing else.
///
/// Values are percent-encoded but for RFC 3986's unreserved letters. A value in the path that would make a segment empty,
/// `.` or `..` is refused, since it would lead elsewhere.
struct URLTemplate: Sendable, Hashable {
    /// Scheme, host and port as written.
    let origin: Origin
    private let path: TextTemplate
    private let rest: TextTemplate

    /// Reads an address.
    ///
    /// - Throws: `ToolDefinitionError` (`http`).
    init(_ text: String, arguments: [String]) throws(ToolDefinitionError) {
        let fault = { (message: String) in ToolDefinitionError("http", message) }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw fault("the address holds a space or a letter beyond ASCII; write it percent-encoded")
        }
        guard let start = Origin.authorityStart(in: text) else {
            throw fault("the address must begin with http:// or https://")
        }
        let end = text[start...].firstIndex { "/?#".contains($0) } ?? text.endIndex
        guard !text[start..<end].contains("{") else {
            throw fault("an argument cannot be part of the host; write the host itself")
        }
        guard !text[start..<end].contains("@") else {
            throw fault("a name or password cannot stand in the address; use a header")
        }
        guard let origin = Origin(String(text[..<end])) else {
            throw fault("\"\(text[start..<end])\" is no host")
        }
        self.origin = origin
        var target = String(text[end...])
        if !target.hasPrefix("/") { target = "/" + target }
        let pathEnd = target.firstIndex { $0 == "?" || $0 == "#" } ?? target.endIndex
        path = try TextTemplate(String(target[..<pathEnd]), arguments: arguments, part: "http")
        // A fragment is never sent.
        let withoutFragment = target[pathEnd...].prefix { $0 != "#" }
        rest = try TextTemplate(String(withoutFragment), arguments: arguments, part: "http")
    }

    /// The address with the values in their places.
    ///
    /// - Throws: `ToolError` (`ValueError`) for a value that would change the path.
    func filled(_ values: ValueDict) throws(ToolError) -> String {
        try checkSegments(values)
        return origin.text + path.filled(values, encode: Self.encoded) + rest.filled(values, encode: Self.encoded)
    }

    private func checkSegments(_ values: ValueDict) throws(ToolError) {
        // NUL marks where an argument stands; a template has none.
        let marked = path.pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .argument(let name): "\0" + Self.encoded(TextTemplate.text(of: values[name] ?? .none))
            }
        }
        for segment in marked.joined().split(separator: "/", omittingEmptySubsequences: true)
        where segment.utf8.contains(0) {
            let text = String(decoding: segment.utf8.filter { $0 != 0 }, as: UTF8.self).lowercased()
            let plain = PythonString.replace(text, "%2e", with: ".")
            guard !["", ".", ".."].contains(plain) else {
                throw ToolError(
                    "ValueError", "the value of \(path.names.joined(separator: ", ")) would lead to another path")
            }
        }
    }

    /// A value as it may stand in an address.
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
