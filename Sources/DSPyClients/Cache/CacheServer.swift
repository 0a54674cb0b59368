/// The server that gives an answer: what tells answers apart beside DSPy's key of the request.
///
/// A provider's own address, and this machine, have none: such answers lie in the file where all versions look for them. The
/// others lie where the key and the server's address lead together, so that no version takes one for the other's.
package struct CacheServer: Sendable, Hashable {
    /// A provider's own address.
    package static let own = CacheServer("")

    private let address: String

    /// A server at an address, which holds no secret; empty for a provider's own.
    package init(_ address: String) { self.address = address }

    /// What is put upon keys: another digest for each address, all zero for none.
    var mark: SHA256.Digest { address.isEmpty ? SHA256.Digest() : SHA256.digest(of: Array(address.utf8)) }
}
