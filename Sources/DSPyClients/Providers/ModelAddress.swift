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

    /// The whole address of a path.
    func url(_ path: String) -> String { base + path + query }
}
