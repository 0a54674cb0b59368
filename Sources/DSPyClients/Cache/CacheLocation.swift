/// Where the cache lies: `$DSPY_CACHE_DIR`, else `$XDG_CACHE_HOME/dspy-swift`, else `~/.cache/dspy-swift`.
package enum CacheLocation {
    /// The path of the file; nil when the environment names no folder.
    package static func path(environment: [String: String]) -> String? {
        if let folder = environment["DSPY_CACHE_DIR"], !folder.isEmpty { return folder + "/cache.db" }
        if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") { return folder + "/dspy-swift/cache.db" }
        if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.cache/dspy-swift/cache.db" }
        return nil
    }
}
