/// One HTTP request, whole in memory.
package struct HTTPRequest: Sendable {
    /// `GET` or `POST`.
    package var method: String
    /// An `http://` or `https://` address.
    package var url: String
    /// Header fields in the order they are sent.
    package var headers: [(name: String, value: String)]
    /// The body; nil for none.
    package var body: [UInt8]?
    /// How long the whole exchange may take; a stream counts the silence between two chunks instead.
    package var timeout: Duration

    package init(
        method: String = "POST", url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        timeout: Duration = .seconds(600)
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }

    /// The address without path and what follows: scheme, host and port.
    package var server: String {
        var slashes = 0
        let end = url.utf8.firstIndex { byte in
            if byte == UInt8(ascii: "/") { slashes += 1 }
            return slashes == 3 || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
        }
        return String(url[..<(end ?? url.endIndex)])
    }

    /// Whether the address is this machine, which no proxy can reach.
    package var isLoopback: Bool {
        Origin(ofAddress: url)?.isLoopback ?? false
    }

    /// Why this request cannot be sent, or nil.
    package var defect: String? {
        if !hasScheme("http://") && !hasScheme("https://") {
            return "the address \"\(shownAddress)\" must start with http:// or https://"
        }
        for (name, value) in headers where Self.breaks(name) || Self.breaks(value) {
            return "the value of the header \(name) holds a line break; check the key or setting that it comes from"
        }
        return nil
    }

    /// The address up to its query, without who logs in: the rest can hold secrets.
    private var shownAddress: String {
        let path = url.prefix { $0 != "?" && $0 != "#" }
        return String(path.lastIndex(of: "@").map { path[path.index(after: $0)...] } ?? path)
    }

    /// Whether the address starts with a scheme, in capitals or not.
    private func hasScheme(_ scheme: StaticString) -> Bool {
        let start = url.utf8.prefix(scheme.utf8CodeUnitCount)
        return scheme.withUTF8Buffer { scheme in
            start.elementsEqual(scheme) { $0 == $1 || (0x41...0x5A).contains($0) && $0 | 0x20 == $1 }
        }
    }

    private static func breaks(_ text: String) -> Bool { text.utf8.contains { $0 == 10 || $0 == 13 || $0 == 0 } }
}
