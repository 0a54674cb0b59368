import Basics
import DSPyServer
import HTTPServer
import Platform
import Synchronization

/// A server from its start to its end: what it listens at, and what signals make of it.
struct ServeSession {
    private enum Event: Sendable {
        case stop
        case reload
    }

    private let options: ServeOptions
    private let loader: ProgramLoader
    private let messages: Messages
    private let events = Mailbox<Event>()
    private let notes = LineQueue("notes")

    init(_ options: ServeOptions, _ loader: ProgramLoader, _ messages: Messages) {
        self.options = options
        self.loader = loader
        self.messages = messages
    }

    func run() async throws {
        let token = try options.token()
        let limits = fitted(options.limits)
        let programs = try await loader.load(isFirst: true)
        let socket = try ListeningSocket(host: options.host, port: options.port) { isLoopback in
            guard token != nil || isLoopback || options.allowsAnyone else { throw Self.unprotected(options.host) }
        }
        var settings = options.settings
        settings.note = { [notes, messages] text in notes.put { messages.warn(text) } }
        let log = try AccessLog(options.accessLog, messages)
        settings.log = log?.write
        let gatekeeper = Gatekeeper(
            host: options.host, isLoopback: socket.isLoopback, allowed: options.allowedHosts, origins: options.origins,
            token: token)
        let server = ProgramServer(programs, gatekeeper, settings)
        let listener = try HTTPListener(socket, limits: limits, application: server)
        let stop = Signals.watch([Signals.interrupt, Signals.terminate]) { [events] _ in events.put(.stop) }
        let hangup = Signals.notify(.reload) { [events] in events.put(.reload) }
        defer {
            stop.cancel()
            hangup.cancel()
        }
        for program in programs.programs { messages.progress("serving \(program.name): \(program.signature)") }
        try Output.error.writeLine("dspy-swift: listening on http://\(socket.authority)")
        let watch = options.reloads ? Task { await watchFiles() } : nil
        while true {
            guard case .reload = try await events.next() else { break }
            await reload(server)
        }
        watch?.cancel()
        await drain(server, listener)
        log?.finish()
        notes.finish()
    }

    /// As many connections as there are descriptors for, beside those of calls to models.
    private func fitted(_ limits: ServerLimits) -> ServerLimits {
        var limits = limits
        DescriptorTable.reserve(limits.connections)
        let room = DescriptorTable.roomForConnections - 2 * min(options.settings.workers, 1000)
        guard room < limits.connections else { return limits }
        limits.connections = max(8, room)
        messages.warn(
            "there are descriptors for \(limits.connections) connections only (`ulimit -n` is \(DescriptorTable.limit))"
        )
        return limits
    }

    private static func unprotected(_ host: String) -> Failure {
        Failure(
            .usage,
            "other machines reach \(host), and there is no token: give --token-file FILE or $DSPY_SERVE_TOKEN, or say "
                + "--allow-unauthenticated")
    }

    // MARK: Changes

    private func reload(_ server: ProgramServer) async {
        do {
            let token = try options.token()
            let programs = try await loader.load(isFirst: false)
            let count = programs.programs.count
            await server.replace(programs, token: token)
            tell("reloaded \(count) program\(count == 1 ? "" : "s")")
        } catch {
            if let message = Failure(error).message { tell(message) }
            tell("not reloaded")
        }
    }

    private func tell(_ text: String) { try? Output.error.writeLine("dspy-swift: \(text)") }

    /// Asks for the programs to be read again whenever one of their files has changed.
    private func watchFiles() async {
        var stamps = stamps()
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            let now = self.stamps()
            if now != stamps { events.put(.reload) }
            stamps = now
        }
    }

    private func stamps() -> [String: FileStamp] {
        Dictionary(loader.files.map { ($0, FileStamp($0)) }) { first, _ in first }
    }

    // MARK: The end

    /// Lets all requests end, as long as is allowed, then ends them.
    private func drain(_ server: ProgramServer, _ listener: HTTPListener) async {
        server.drain()
        if await !becomesIdle(listener, within: min(options.drain, .milliseconds(100))) {
            messages.progress("waiting for requests that are being answered; a second signal ends at once")
        }
        if await !becomesIdle(listener, within: options.drain) {
            listener.stopRuns(.shuttingDown)
            _ = await becomesIdle(listener, within: .seconds(2))
        }
        await server.close()
    }

    private func becomesIdle(_ listener: HTTPListener, within time: Duration) async -> Bool {
        let signal = Mailbox<Bool>()
        let idle = Task {
            await listener.idle()
            signal.put(true)
        }
        let late = Task {
            try? await Task.sleep(for: time)
            signal.put(false)
        }
        defer {
            idle.cancel()
            late.cancel()
        }
        return (try? await signal.next()) ?? true
    }
}
