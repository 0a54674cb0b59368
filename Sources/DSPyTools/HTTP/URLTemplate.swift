import Transport
import DSPyCore

/// An address in which arguments fill parts of the path, the query or the fragment, and can change nothing else.
///
/// Values are percent-encoded but for RFC 3986's unreserved letters. A value in the path that would make a segment empty,
/// `.` or `..` is refused, since it would lead elsewhere.
struct URLTemplate: Sendable, Hashable {
    /// Scheme, host and port as written.
    let origin: Origin
    private let path: TextTemplate
    private let rest: TextTemplate

    /// Takes an address apart.
    ///
    /// - Throws: `ToolDefinitionError` (`http`).
    init(_ template: TextTemplate) throws(ToolDefinitionError) {
        let fault = { (message: String) in ToolDefinitionError("http", message) }
        guard !template.contains(where: { $0 <= 0x20 || $0 >= 0x7F }) else {
            throw fault("the address holds a space or a letter beyond ASCII; write it percent-encoded")
        }
        guard case .text(let head)? = template.parts.first, let start = Origin.authorityStart(in: head) else {
            throw fault("the address must begin with http:// or https://")
        }
        let end = head[start...].firstIndex { "/?#".contains($0) }
        guard end != nil || template.parts.count == 1 else {
            throw fault("an argument cannot be part of the host; write the host itself")
        }
        let host = head[start..<(end ?? head.endIndex)]
        guard !host.contains("@") else {
            throw fault("a name or password cannot stand in the address; use a header")
        }
        guard let origin = Origin(String(head[..<host.endIndex])) else { throw fault("\"\(host)\" is no host") }
        self.origin = origin
        var target = TextTemplate([.text(String(head[host.endIndex...]))] + template.parts.dropFirst())
        if target.texts.first?.hasPrefix("/") != true { target = TextTemplate([.text("/")] + target.parts) }
        let (path, behind) = Self.split(target, before: "?#")
        self.path = path
        // A fragment is never sent.
        rest = Self.split(behind, before: "#").before
    }

    /// Cuts a template in front of the first of some letters in its texts.
    private static func split(
        _ template: TextTemplate, before letters: String
    ) -> (before: TextTemplate, behind: TextTemplate) {
        for (place, part) in template.parts.enumerated() {
            guard case .text(let text) = part, let cut = text.firstIndex(where: letters.contains) else { continue }
            return (
                TextTemplate(template.parts[..<place] + [.text(String(text[..<cut]))]),
                TextTemplate([.text(String(text[cut...]))] + template.parts[(place + 1)...])
            )
        }
        return (template, TextTemplate())
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
        let marked = path.filled(values) { "\0" + Self.encoded($0) }
        for segment in marked.split(separator: "/", omittingEmptySubsequences: true)
        where segment.utf8.contains(0) {
            let text = String(decoding: segment.utf8.filter { $0 != 0 }, as: UTF8.self).lowercased()
            let plain = PythonString.replace(text, "%2e", with: ".")
            guard !["", ".", ".."].contains(plain) else {
                throw ToolError(
                    "ValueError",
                    "the value of \(path.argumentNames.joined(separator: ", ")) would lead to another path")
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
