/// A whole address, split only as far as a redirect needs.
package struct HTTPAddress: Sendable, Hashable {
    /// Scheme, host, port.
    package let origin: Origin
    /// Path and query, at least `/`.
    package let target: String

    /// The address as a request takes it.
    package var text: String { origin.text + target }

    /// Reads an absolute address of http or https; nil for anything else.
    package init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C }),
            let start = Origin.authorityStart(in: text)
        else { return nil }
        let end = text[start...].firstIndex { "/?#".contains($0) } ?? text.endIndex
        guard let origin = Origin(String(text[..<end])) else { return nil }
        let target = text[end...].prefix { $0 != "#" }
        self.init(origin: origin, target: target.hasPrefix("/") ? String(target) : "/" + target)
    }

    private init(origin: Origin, target: String) {
        self.origin = origin
        self.target = target
    }

    /// The address that a `Location` means here.
    ///
    /// - Returns: nil when it is no address of http or https.
    package func following(_ location: String) -> HTTPAddress? {
        if Origin.authorityStart(in: location) != nil { return HTTPAddress(location) }
        if location.hasPrefix("//") { return HTTPAddress((origin.isSecure ? "https:" : "http:") + location) }
        let scheme = location.prefix { !"/?#".contains($0) }
        guard !scheme.contains(":") else { return nil }
        let path = target.prefix { $0 != "?" }
        if location.hasPrefix("/") { return HTTPAddress(origin.text + location) }
        if location.hasPrefix("?") { return HTTPAddress(origin.text + path + location) }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
        return HTTPAddress(origin.text + folder + location)
    }
}
