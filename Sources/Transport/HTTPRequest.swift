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
    /// How long the whole exchange may take, without the time for which a reader holds up a stream.
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
            let hint = url.isEmpty || url.contains("://") ? "" : "; did you mean http://\(shownAddress)?"
            return "the address \"\(shownAddress)\" must start with http:// or https://\(hint)"
        }
        if let defect = addressDefect {
            return "the address \"\(shownAddress)\" \(defect); write http://HOST:PORT/PATH"
        }
        for (name, value) in headers where Self.breaks(name) || Self.breaks(value) {
            return "the value of the header \(name) holds a line break; check the key or setting that it comes from"
        }
        return nil
    }

    /// Why nothing can be sent to the address, although its scheme is right; nil for nothing.
    private var addressDefect: String? {
        if url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) { return "has white space in it" }
        guard let start = Origin.authorityStart(in: url) else { return nil }
        let authority = url[start...].prefix { !"/?#".contains($0) }
        let place = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        var port: Substring?
        if place.hasPrefix("[") {
            guard let end = place.firstIndex(of: "]"), HostName.canonical(String(place[...end])) != nil else {
                return "names no host: what stands in brackets is no address of version 6"
            }
            let rest = place[place.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return "has something between its host and its path" }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else {
            let colon = place.firstIndex(of: ":")
            if (colon.map { place[..<$0] } ?? place).isEmpty { return "names no host" }
            port = colon.map { place[place.index(after: $0)...] }
        }
        guard let port, !port.isEmpty else { return nil }
        let isNumber = port.utf8.allSatisfy { (0x30...0x39).contains($0) }
        return isNumber && (1...65_535).contains(Int(port) ?? 0)
            ? nil : "has the port \(port); ports go from 1 to 65535"
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
