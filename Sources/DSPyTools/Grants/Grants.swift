import Platform
import Basics
package import DSPyCore

/// What whoever runs a program lets its tools and models do: the values of `--allow`.
///
/// A grant of a bare program name (`run:rg`) is for tools that write exactly that name and get it from `PATH`; one with a
/// slash (`run:/usr/bin/rg`, `run:./tool`) is for every spelling that leads to the same file. A name never grants a path, so
/// that a program's folder cannot slip in a file of that name.
package struct Grants: Sendable, Hashable {
    private var isEverything = false
    private var programs: Set<String> = []
    private var programFiles: Set<String> = []
    private var hosts: [HostPattern] = []
    /// The folders whose files may be read: absolute, links resolved.
    package private(set) var folders: [String] = []
    private var everyServer = false
    private var servers: Set<String> = []
    private var python = false
    private var variables: Set<String> = []

    /// Nothing.
    package static let none = Grants()
    /// Everything.
    package static let all: Grants = {
        var grants = Grants()
        grants.isEverything = true
        return grants
    }()

    private init() {}

    /// Reads `--allow` values; relative paths start at the working folder.
    ///
    /// - Throws: `GrantError` for the first that says nothing.
    package init(_ words: [String]) throws(GrantError) {
        for word in words { try add(word) }
    }

    /// Where a grant is written.
    package enum Place: Sendable {
        /// On a command line: relative paths start at the working folder.
        case here
        /// In a file that counts everywhere: paths are absolute, and one that leads to nothing grants nothing.
        case everywhere
    }

    /// Adds one `--allow` value.
    package mutating func add(_ word: String, place: Place = .here) throws(GrantError) {
        let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let kind = String(parts[0])
        let rest = parts.count == 2 ? String(parts[1]) : nil
        guard let known = Kind(rawValue: kind) else { throw Self.unknown(kind, in: word) }
        if let rest, rest.utf8.contains(0) || rest.isEmpty {
            throw GrantError(message: "--allow \(word): nothing stands behind the colon; write \(known.form)")
        }
        if place == .everywhere, let rest, known.isPath(rest) {
            guard rest.hasPrefix("/") else {
                throw GrantError(message: "\(word): the path must be absolute, since this counts in every folder")
            }
            if SystemPath.resolved(rest) == nil { return }
        }
        switch (known, rest) {
        case (.all, nil): isEverything = true
        case (.python, nil): python = true
        case (.mcp, nil): everyServer = true
        case (.mcp, let server?): servers.insert(server)
        case (.env, let name?):
            guard PythonString.isIdentifier(name) else {
                throw GrantError(message: "--allow \(word): \"\(name)\" is no name of a variable; write env:NAME")
            }
            variables.insert(name)
        case (.run, let program?) where program.utf8.contains(UInt8(ascii: "/")):
            guard let path = SystemPath.resolved(program) else {
                throw GrantError(message: "--allow \(word): there is no file \(program)")
            }
            programFiles.insert(path)
        case (.run, let program?): programs.insert(program)
        case (.net, let host?):
            guard let pattern = HostPattern(host) else {
                throw GrantError(
                    message: "--allow \(word): \"\(host)\" is no host; write net:HOST, net:HOST:PORT or net:*.DOMAIN")
            }
            hosts.append(pattern)
        case (.read, let folder?):
            guard let path = SystemPath.resolved(folder) else {
                throw GrantError(message: "--allow \(word): there is no folder \(folder)")
            }
            folders.append(path)
        case (.all, _), (.python, _):
            throw GrantError(message: "--allow \(word): \(kind) takes nothing behind it; write \(known.form)")
        case (.run, nil), (.net, nil), (.read, nil), (.env, nil):
            throw GrantError(message: "--allow \(word): \(kind) needs to know what; write \(known.form)")
        }
    }

    /// Whether a tool, or a model, may do this.
    package func allows(_ capability: Capability) -> Bool {
        if isEverything { return true }
        switch capability {
        case .run(let program): return allowsProgram(program)
        case .network(let host, let port): return hosts.contains { $0.matches(host: host, port: port) }
        case .read(let folder): return folders.contains { SystemPath.isPath(folder, below: $0) }
        case .mcp(let name, let target): return everyServer || servers.contains(name) || allowsServer(target)
        case .python: return python
        case .environment(let name): return variables.contains(name)
        }
    }

    /// Refuses what is not granted.
    ///
    /// - Throws: `ToolError` (`tool_denied`) that names the word to grant it.
    package func require(_ capability: Capability, for tool: String) throws(ToolError) {
        guard !allows(capability) else { return }
        throw .denied("tool `\(tool)` needs \(capability)")
    }

    /// Whether everything is granted.
    var allowsEverything: Bool { isEverything }

    private func allowsProgram(_ program: String) -> Bool {
        if !program.utf8.contains(UInt8(ascii: "/")), programs.contains(program) { return true }
        guard !programFiles.isEmpty, let path = Executable.find(program).flatMap(SystemPath.resolved) else {
            return false
        }
        return programFiles.contains(path)
    }

    private func allowsServer(_ target: String) -> Bool {
        if servers.contains(target) { return true }
        guard target.utf8.contains(UInt8(ascii: "/")), let path = SystemPath.resolved(target) else { return false }
        return servers.contains { $0.utf8.contains(UInt8(ascii: "/")) && SystemPath.resolved($0) == path }
    }

    private enum Kind: String, CaseIterable {
        case all, env, mcp, net, python, read, run

        /// Whether what stands behind the colon is a path.
        func isPath(_ rest: String) -> Bool {
            switch self {
            case .read: true
            case .run, .mcp: rest.utf8.contains(UInt8(ascii: "/"))
            case .all, .env, .net, .python: false
            }
        }

        var form: String {
            switch self {
            case .all: "all"
            case .env: "env:NAME"
            case .mcp: "mcp or mcp:NAME"
            case .net: "net:HOST or net:HOST:PORT"
            case .python: "python"
            case .read: "read:FOLDER"
            case .run: "run:PROGRAM"
            }
        }
    }

    private static func unknown(_ kind: String, in word: String) -> GrantError {
        let names = Kind.allCases.map(\.rawValue)
        let meant = Spelling.closest(to: kind, among: names).map { "; did you mean \"\($0)\"?" }
        let hint = meant ?? "; there are \(Kind.allCases.map(\.form).joined(separator: ", "))"
        return GrantError(message: "--allow \(word): \"\(kind)\" cannot be granted\(hint)")
    }
}
