import HTTPServer

/// Who may ask at all: by the host and the origin that a browser says, and by the token.
package struct Gatekeeper: Sendable {
    /// Hosts that `Host` may name, in small letters, without a port; nil for any.
    let hosts: Set<String>?
    /// Origins of other sites that may ask; `*` is every one.
    let origins: [String]
    /// What `Authorization: Bearer` has to bring; nil for nothing.
    var token: BearerToken?

    /// - Parameters:
    ///   - host: Where the server listens.
    ///   - isLoopback: Whether only this machine reaches it.
    ///   - allowed: Further hosts.
    package init(host: String, isLoopback: Bool, allowed: [String], origins: [String], token: BearerToken?) {
        if isLoopback {
            hosts = Set(["127.0.0.1", "localhost", "::1", host.lowercased()] + allowed.compactMap(Self.hostName))
        } else {
            hosts = allowed.isEmpty ? nil : Set([host.lowercased()] + allowed.compactMap(Self.hostName))
        }
        self.origins = origins
        self.token = token
    }

    /// The host that a value of `--allowed-host` names, with or without a port; nil where it names none.
    package static func hostName(_ text: String) -> String? {
        // An address of colons without brackets is one as well.
        if text.count(where: { $0 == ":" }) > 1, !text.hasPrefix("[") { return text.lowercased() }
        guard let name = name(ofAuthority: text), !name.isEmpty else { return nil }
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x61...0x7A: true
            default: ".-_:".utf8.contains(byte)
            }
        }
        return isPlain ? name : nil
    }

    /// Whether a value of `--cors` can be what a browser says of a site.
    package static func isOrigin(_ text: String) -> Bool {
        if text == "*" { return true }
        guard let end = text.firstRange(of: "://") else { return false }
        let scheme = text[..<end.lowerBound].lowercased()
        return ["http", "https"].contains(scheme) && !text[end.upperBound...].contains("/")
            && hostName(String(text[end.upperBound...])) != nil
    }

    /// Whether a `Host` is one of this server's: a name of another site that points here is none.
    func admits(host: String?) -> Bool {
        guard let hosts else { return true }
        guard let host else { return false }
        return Self.name(ofAuthority: host).map { hosts.contains($0) } ?? false
    }

    /// The host of `host:port` and `[::1]:port`; nil where it is none.
    private static func name(ofAuthority text: String) -> String? {
        let lower = text.lowercased()
        let (name, rest): (Substring, Substring)
        if lower.hasPrefix("[") {
            guard let end = lower.firstIndex(of: "]") else { return nil }
            name = lower[lower.index(after: lower.startIndex)..<end]
            rest = lower[lower.index(after: end)...]
        } else {
            let end = lower.firstIndex(of: ":") ?? lower.endIndex
            (name, rest) = (lower[..<end], lower[end...])
        }
        let isPort = rest.isEmpty || (rest.first == ":" && rest.dropFirst().allSatisfy { $0.isASCII && $0.isNumber })
        return isPort ? String(name) : nil
    }

    /// What an origin may do.
    enum OriginVerdict { case own, listed(String), refused }

    /// Whether the site that a browser says it asks for may.
    func verdict(origin: String?, host: String?) -> OriginVerdict {
        guard let origin else { return .own }
        let lower = origin.lowercased()
        if let host = host?.lowercased(), lower == "http://" + host || lower == "https://" + host { return .own }
        if origins.contains("*") { return origin == "null" ? .refused : .listed("*") }
        // The configured text: nothing of a request goes into a header.
        guard origin != "null", let listed = origins.first(where: { $0.lowercased() == lower }) else { return .refused }
        return .listed(listed)
    }

    /// Whether other sites may ask.
    var hasCORS: Bool { !origins.isEmpty }

    /// Whether a request brings the token, if one is needed.
    func admits(authorization: String?) -> Bool {
        guard let token else { return true }
        guard let authorization else { return false }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
        return token.equals(parts[1].drop { $0 == " " })
    }
}
