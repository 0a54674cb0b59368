import DSPyCore
import OrderedJSON

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The folder of the local model: `$XDG_CACHE_HOME/dspy-swift/local`, by default under `~/.cache`.
struct LocalFolder: Sendable {
    let path: String

    /// The folder that an environment names.
    ///
    /// - Throws: `LMError` (`not_configured`) when there is no home.
    init(environment: [String: String]) throws(LMError) {
        if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
            path = cache + "/dspy-swift/local"
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            path = home + "/.cache/dspy-swift/local"
        } else {
            throw LMError(.notConfigured, "the local model needs a folder: set XDG_CACHE_HOME or HOME")
        }
    }

    var python: String { path + "/venv/bin/python" }
    var launcher: String { path + "/launcher.py" }
    var state: String { path + "/server.json" }
    var setupLog: String { path + "/setup.log" }
    var serverLog: String { path + "/server.log" }
    /// Holds the versions that are installed whole.
    var marker: String { path + "/installed" }

    /// Makes the folder and those above it, readable by the user alone.
    func create() throws(LMError) {
        var place = ""
        for part in path.split(separator: "/") {
            place += "/" + part
            if mkdir(place, 0o700) != 0 && errno != EEXIST {
                throw LMError(.notConfigured, "cannot make the folder \"\(place)\": \(FileBytes.reason)")
            }
        }
    }

    /// The content of a file, or nil when it is not there.
    func text(of file: String) -> String? {
        guard access(file, R_OK) == 0, let bytes = try? FileBytes.read(file, for: "file") else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes a file whole or not at all.
    func write(_ text: String, to file: String) throws(LMError) {
        let part = "\(file).\(getpid())"
        guard let handle = fopen(part, "we") else {
            throw LMError(.notConfigured, "cannot write \"\(file)\": \(FileBytes.reason)")
        }
        let isWritten = fputs(text, handle) >= 0
        guard fclose(handle) == 0, isWritten, rename(part, file) == 0 else {
            throw LMError(.notConfigured, "cannot write \"\(file)\": \(FileBytes.reason)")
        }
    }

    /// The last line of a log that says something.
    func lastLine(of file: String) -> String {
        let lines = (text(of: file) ?? "").split(whereSeparator: \.isNewline).map { String($0.trimmed) }
        let telling = lines.last { $0.hasPrefix("ERROR") || $0.contains("Error:") } ?? lines.last { !$0.isEmpty }
        return (telling ?? "it said nothing").shortened(to: 300)
    }

    /// Runs the body while no other process does; `isCancelled` and `waiting` are asked now and then.
    func locked<Result>(
        isCancelled: () -> Bool, waiting: () -> Void, _ body: () throws -> Result
    ) throws -> Result {
        let descriptor = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw LMError(.notConfigured, "cannot lock the folder \"\(path)\": \(FileBytes.reason)")
        }
        defer { close(descriptor) }
        var isFirst = true
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if isCancelled() { throw CancellationError() }
            if isFirst { waiting() }
            isFirst = false
            usleep(50_000)
        }
        return try body()
    }

    /// Whether the server that wrote `server.json` lives: it holds this lock until its end.
    func isServerAlive() -> Bool {
        let descriptor = open(path + "/server.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }
}
