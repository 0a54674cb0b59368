import Basics
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A virtual environment with MCP's official SDK and a server, from PyPI, made once for all tests.
package enum MCPEnvironment {
    private static let packages = ["mcp==2.3.0", "mcp-server-time==2026.10.19"]
    private static let made = Task { try await make() }

    /// Whether tests may use it: it is installed over the network.
    package static let isWanted = getenv("DSPY_LOCAL_TESTS") != nil

    /// It could not be made.
    package struct Failed: Error { let code: Int32 }

    /// Its folder; `bin/python` has the packages.
    package static func folder() async throws -> String { try await made.value }

    private static func make() async throws -> String {
        let cache = Golden.environment("XDG_CACHE_HOME") ?? "/tmp"
        let folder = "\(cache)/dspy-swift-tests-\(packages.joined(separator: "-"))"
        let script = """
            [ -e '\(folder)/ready' ] && exit 0
            python3 -m venv --clear '\(folder)' &&
            '\(folder)/bin/pip' install -q \(packages.joined(separator: " ")) && touch '\(folder)/ready'
            """
        let code = await withCheckedContinuation { continuation in
            _ = SystemThread.start { continuation.resume(returning: run(script)) }
        }
        guard code == 0 else { throw Failed(code: code) }
        return folder
    }

    private static func run(_ script: String) -> Int32 {
        let words = ["/bin/sh", "-c", script]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for text in arguments { free(text) } }
        var pid = pid_t()
        let code = posix_spawn(&pid, "/bin/sh", nil, nil, &arguments, environ)
        guard code == 0 else { return code }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
