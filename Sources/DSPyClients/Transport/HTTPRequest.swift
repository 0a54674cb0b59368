import DSPyCore

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

    /// A request.
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
    var server: String {
        var slashes = 0
        let end = url.utf8.firstIndex { byte in
            if byte == UInt8(ascii: "/") { slashes += 1 }
            return slashes == 3 || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
        }
        return String(url[..<(end ?? url.endIndex)])
    }

    /// Whether the address is this machine, which no proxy can reach.
    var isLoopback: Bool {
        Origin(ofAddress: url)?.isLoopback ?? false
    }

    /// Why this request cannot be sent, or nil.
    var defect: String? {
        if !hasScheme("http://") && !hasScheme("https://") {
            return "the address \"\(AddressSecrets.hidden(url))\" must start with http:// or https://"
        }
        for (name, value) in headers where Self.breaks(name) || Self.breaks(value) {
            return "the value of the header \(name) holds a line break; check the key or setting that it comes from"
        }
        return nil
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

extension String {
    /// The index behind the first occurrence of an ASCII text, or nil.
    func range(after text: String) -> String.Index? {
        let pattern = Array(text.utf8)
        var start = utf8.startIndex
        while start != utf8.endIndex {
            if utf8[start...].starts(with: pattern) { return utf8.index(start, offsetBy: pattern.count) }
            start = utf8.index(after: start)
        }
        return nil
    }
}
