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

    /// Whether the address is this machine, which no proxy can reach.
    var isLoopback: Bool {
        guard let start = url.range(after: "://") else { return false }
        let authority = url[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host =
            authority.hasPrefix("[") ? authority.prefix { $0 != "]" }.dropFirst() : authority.prefix { $0 != ":" }
        return host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }

    /// Why this request cannot be sent, or nil.
    var defect: String? {
        let lower = url.lowercased()
        if !lower.hasPrefix("http://") && !lower.hasPrefix("https://") {
            return "the address \"\(url)\" must start with http:// or https://"
        }
        for (name, value) in headers where (name + value).utf8.contains(where: { $0 == 10 || $0 == 13 || $0 == 0 }) {
            return "the value of the header \(name) holds a line break; check the key or setting that it comes from"
        }
        return nil
    }
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
