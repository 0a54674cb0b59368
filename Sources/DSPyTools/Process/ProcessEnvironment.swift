#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a tool's process sees of the environment.
package enum ProcessEnvironment {
    private static let always: Set<String> = ["HOME", "LANG", "PATH", "TMPDIR"]

    /// `PATH`, `HOME`, `LANG`, `LC_*` and `TMPDIR`, and those that are named.
    package static func passing(_ names: [String] = []) -> [String: String] {
        let names = always.union(names)
        return own.filter { names.contains($0.key) || $0.key.hasPrefix("LC_") }
    }

    /// Only these, as far as they are set.
    static func only(_ names: Set<String>) -> [String: String] { own.filter { names.contains($0.key) } }

    private static var own: [String: String] {
        var all: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let parts = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { all[String(parts[0])] = String(parts[1]) }
            next += 1
        }
        return all
    }
}
