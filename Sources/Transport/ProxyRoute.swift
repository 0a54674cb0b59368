import Basics
import Platform

/// The proxy that stands between this machine and a server, as the environment names it.
///
/// libcurl looks for it by itself, with one exception: `HTTP_PROXY` in capitals, which a CGI program gets from whoever calls it.
/// As in Python it counts unless this is one.
package struct ProxyRoute: Sendable, Hashable {
    /// The variable that names the proxy.
    package let variable: String
    /// Its address, which may hold a login.
    let address: String

    /// The proxy for a request; nil where it goes straight to its server.
    init?(for request: HTTPRequest, variable: (String) -> String? = Environment.value) {
        guard !request.isLoopback, let start = Origin.authorityStart(in: request.url) else { return nil }
        let isSecure = request.url.lowercased().hasPrefix("https:")
        var names = isSecure ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]
        if !isSecure, variable("REQUEST_METHOD") == nil { names.append("HTTP_PROXY") }
        for name in names + ["all_proxy", "ALL_PROXY"] {
            guard let address = variable(name) else { continue }
            let authority = request.url[start...].prefix { !"/?#".contains($0) }
            let list = variable("no_proxy") ?? variable("NO_PROXY") ?? ""
            if Self.isExempt(String(authority), list) { return nil }
            (self.variable, self.address) = (name, address)
            return
        }
        return nil
    }

    /// Scheme, host and port, without a login.
    package var name: String {
        let scheme = address.start(of: "://").map { address[..<$0] } ?? "http"
        let rest = address.range(after: "://").map { address[$0...] } ?? address[...]
        let place = rest.prefix { !"/?#".contains($0) }
        return "\(scheme)://" + (place.lastIndex(of: "@").map { place[place.index(after: $0)...] } ?? place)
    }

    /// Who logs in there, which no message may show.
    var login: String? {
        let rest = address.range(after: "://").map { address[$0...] } ?? address[...]
        let place = rest.prefix { !"/?#".contains($0) }
        return place.lastIndex(of: "@").map { String(place[..<$0]) }
    }

    /// How messages name it.
    package var description: String { "the proxy \(name) (\(variable))" }

    /// Whether a list of hosts names a host, or a domain that it is in.
    private static func isExempt(_ authority: String, _ list: String) -> Bool {
        let host = authority.split(separator: "@").last.map { $0.lowercased() } ?? ""
        let name =
            host.hasPrefix("[") ? String(host.prefix { $0 != "]" }.dropFirst()) : String(host.prefix { $0 != ":" })
        return list.lowercased().split { ", ".contains($0) }.contains { entry in
            if entry == "*" { return true }
            let domain = entry.drop { $0 == "." }
            return name == domain || name.hasSuffix("." + domain)
        }
    }
}

extension HTTPRequest {
    /// The proxy that it goes through, if any.
    package var proxy: ProxyRoute? { ProxyRoute(for: self) }
}
