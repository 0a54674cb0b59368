import Basics

extension String {
    /// Scheme, host and port of an address: what may be shown, since user names, paths and queries can hold secrets.
    package var origin: String {
        guard let start = range(after: "://") else { return "this address" }
        let authority = self[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        return String(self[..<start] + host)
    }
}
