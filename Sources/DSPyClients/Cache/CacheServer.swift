/// The server that gives an answer: what tells answers apart beside DSPy's key of the request.
///
/// A provider's own address, and this machine, have none: such answers lie in the file where all versions look for them. The
/// others lie where the key and the server's address lead together, so that no version takes one for the other's.
package struct CacheServer: Sendable, Hashable {
    /// A provider's own address.
    package static let own = CacheServer("")

    /// Another digest for each address; all zero for none.
    fileprivate let mark: SHA256.Digest

    /// A server at an address, which holds no secret; empty for a provider's own.
    package init(_ address: String) {
        mark = address.isEmpty ? SHA256.Digest() : SHA256.digest(of: Array(address.utf8))
    }
}

extension CacheKey {
    /// The key under which an answer of a server is kept.
    func at(_ server: CacheServer) -> CacheKey { CacheKey(digest ^ server.mark) }
}
