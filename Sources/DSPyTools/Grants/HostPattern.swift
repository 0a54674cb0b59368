import Transport

/// Hosts that a grant names: one, or all below a domain; one port, or all.
struct HostPattern: Sendable, Hashable {
    private let host: String
    private let port: Int?
    private let isDomain: Bool

    /// Reads `HOST`, `HOST:PORT`, `*.DOMAIN`, `[::1]:PORT`; nil for anything else.
    init?(_ text: String) {
        var host = text[...]
        var port: Substring?
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return nil }
            let rest = host[host.index(after: end)...]
            host = host[...end]
            if rest.hasPrefix(":") { port = rest.dropFirst() } else if !rest.isEmpty { return nil }
        } else if let colon = host.firstIndex(of: ":") {
            port = host[host.index(after: colon)...]
            host = host[..<colon]
        }
        let isDomain = host.hasPrefix("*.")
        if isDomain { host = host.dropFirst(2) }
        guard let name = HostName.canonical(String(host)), !(isDomain && HostName.isAddress(name)) else { return nil }
        if let port {
            guard let number = Int(port), (1...65_535).contains(number) else { return nil }
            self.port = number
        } else {
            self.port = nil
        }
        self.host = name
        self.isDomain = isDomain
    }

    /// Whether a host, in canonical form, and a port are meant.
    func matches(host: String, port: Int) -> Bool {
        guard self.port == nil || self.port == port else { return false }
        return isDomain ? host.hasSuffix("." + self.host) : host == self.host
    }
}
