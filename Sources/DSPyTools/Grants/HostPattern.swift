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
        guard let name = Self.canonical(String(host)), !(isDomain && Self.isAddress(name)) else { return nil }
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

    /// A host name in lower case without the root's dot, or nil for what is none.
    static func canonical(_ text: String) -> String? {
        var name = text.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        guard !name.isEmpty, name.utf8.count <= 253 else { return nil }
        if name.hasPrefix("[") {
            let digits = name.dropFirst().dropLast()
            let isAddress =
                name.hasSuffix("]") && digits.utf8.contains(UInt8(ascii: ":"))
                && digits.utf8.allSatisfy {
                    Self.isHexadecimal($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
                }
            return isAddress ? name : nil
        }
        let isName = name.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F
        }
        return isName && !name.hasPrefix(".") && !name.hasPrefix("-") ? name : nil
    }

    /// Whether a canonical name is a number, of which no part stands for a domain.
    private static func isAddress(_ name: String) -> Bool {
        if name.hasPrefix("[") { return true }
        let last = name.split(separator: ".").last ?? ""
        return last.utf8.allSatisfy { (0x30...0x39).contains($0) } || last.hasPrefix("0x")
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}
