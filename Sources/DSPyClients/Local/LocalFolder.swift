import Basics
import Platform
import DSPyCore
import OrderedJSON

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
        do throws(FileError) { try FolderMaking.make(path) } catch {
            throw LMError(.notConfigured, "cannot make the folder \"\(error.path)\": \(error.words)")
        }
    }

    /// The content of a file, or nil when it is not there.
    func text(of file: String) -> String? {
        (try? FileReading.bytes(at: file)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Writes a file whole or not at all.
    func write(_ text: String, to file: String) throws(LMError) {
        // Those of a set-up that was killed; the folder is locked, so nobody writes one now.
        FileReplacement.removeLeftovers(of: file)
        do throws(FileError) { try FileWriting.replace(file, with: Array(text.utf8)) } catch {
            throw LMError(.notConfigured, "cannot write \"\(file)\": \(error.words)")
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
        let file: OpenFile
        do throws(FileError) {
            file = try OpenFile(path + "/lock", for: .locking, permissions: 0o600)
        } catch {
            throw LMError(.notConfigured, "cannot lock the folder \"\(path)\": \(error.words)")
        }
        defer { file.close() }
        var isFirst = true
        while !((try? file.lock()) ?? false) {
            if isCancelled() { throw CancellationError() }
            if isFirst { waiting() }
            isFirst = false
            SystemThread.sleep(.milliseconds(50))
        }
        return try body()
    }

    /// Whether the server that wrote `server.json` lives: it holds this lock until its end.
    func isServerAlive() -> Bool {
        guard let file = try? OpenFile(path + "/server.lock", for: .locking, permissions: 0o600) else { return false }
        defer { file.close() }
        return !((try? file.lock(isShared: true)) ?? false)
    }
}
