import DSPyCore
import Transport

/// Where the calls of a model go, and on whose word.
package enum ModelAddress: Sendable, Hashable {
    /// To the provider's own server, or to the one that the provider's variables name.
    case provider
    /// To a server that the user named or granted.
    case user(String)
    /// To a server that somebody else named: a program's file, or a configuration file in a folder.
    ///
    /// Nothing is sent there unless it is this machine, the provider's own server, or one that a variable of the provider names.
    case stranger(String)
}

/// An address with the provider's rules applied.
struct ModelPlace: Sendable {
    /// Scheme, host, port and path, without a slash at the end.
    let base: String
    /// The query, with its question mark; empty for none.
    let query: String
    /// Whether it is another one than the provider's own.
    let isGiven: Bool

    /// The server as the cache tells it from others: none for the provider's own address, however it is written.
    func server(besides provider: Provider) -> CacheServer {
        let given = Self.plain(base) + query
        // A key that changes from day to day makes no other server.
        return given == Self.plain(provider.baseURL) ? .own : CacheServer(AddressSecrets.hidden(given))
    }

    /// An address without who logs in, its host in small letters, its port only where it is another than the scheme's.
    private static func plain(_ address: String) -> String {
        guard let start = Origin.authorityStart(in: address), let origin = Origin(ofAddress: address) else {
            return address
        }
        return origin.text + address[start...].drop { !"/?#".contains($0) }
    }

    /// The whole address of a path.
    func url(_ path: String) -> String { base + path + query }
}
