/// Scheme, host and port of an address.
package struct Origin: Sendable, Hashable {
    /// Whether it is `https`.
    package let isSecure: Bool
    /// The host in lower case.
    package let host: String
    /// The port, also where it is not written.
    package let port: Int

    /// Reads `SCHEME://HOST[:PORT]`, nothing behind it; nil for anything else, names and passwords among them.
    package init?(_ text: String) {
        guard let start = Self.authorityStart(in: text) else { return nil }
        isSecure = text.lowercased().hasPrefix("https:")
        var host = text[start...]
        var port: Substring?
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return nil }
            let rest = host[host.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            port = rest.isEmpty ? nil : rest.dropFirst()
            host = host[...end]
        } else if let colon = host.firstIndex(of: ":") {
            port = host[host.index(after: colon)...]
            host = host[..<colon]
        }
        guard let name = HostName.canonical(String(host)) else { return nil }
        if let port {
            guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(port),
                (1...65_535).contains(number)
            else { return nil }
            self.port = number
        } else {
            self.port = isSecure ? 443 : 80
        }
        self.host = name
    }

    /// Reads the origin of a whole address; a login in it is passed over.
    ///
    /// - Returns: nil for what different programs may read differently, such as letters beyond ASCII, spaces and `\\`.
    package init?(ofAddress text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C }),
            let start = Self.authorityStart(in: text)
        else { return nil }
        let authority = text[start...].prefix { !"/?#".contains($0) }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        self.init(String(text[..<start]) + String(host))
    }

    /// Whether it is this machine.
    package var isLoopback: Bool { HostName.isLoopback(host) }

    /// `https://host`, with the port where it is not the scheme's own.
    package var text: String {
        let own = isSecure ? 443 : 80
        return "\(isSecure ? "https" : "http")://\(host)\(port == own ? "" : ":\(port)")"
    }

    /// Where the host begins in an address of http or https.
    package static func authorityStart(in text: String) -> String.Index? {
        for scheme in ["http://", "https://"] where text.lowercased().hasPrefix(scheme) {
            return text.utf8.index(text.startIndex, offsetBy: scheme.utf8.count)
        }
        return nil
    }
}
