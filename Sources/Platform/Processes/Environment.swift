#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The environment of the process.
package enum Environment {
    private static let always: Set<String> = ["HOME", "LANG", "PATH", "TMPDIR"]

    package static var all: [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let parts = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            next += 1
        }
        return variables
    }

    /// One variable, unless it is unset or empty.
    package static func value(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }

    /// What a tool's process sees: `PATH`, `HOME`, `LANG`, `LC_*` and `TMPDIR`, and those that are named.
    package static func passing(_ names: [String] = []) -> [String: String] {
        let names = always.union(names)
        return all.filter { names.contains($0.key) || $0.key.hasPrefix("LC_") }
    }

    /// Only these, as far as they are set.
    package static func only(_ names: Set<String>) -> [String: String] { all.filter { names.contains($0.key) } }
}
