import Basics
import CMicroHTTPD
package import Platform
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An HTTP server: libmicrohttpd on one thread of its own, with an application behind it.
///
/// The thread reads heads and bodies, asks the application what to do, and sends answers; tasks make them. It also does what
/// libmicrohttpd does not: deadlines for a whole head, body and run, clients that leave while nothing is sent, clients that are
/// refused in the middle of a body.
package final class HTTPListener: @unchecked Sendable {  // the lock is in `inbox`; the rest belongs to the thread
    enum Command {
        /// A task has an answer.
        case answer(UInt64, Answer)
        /// A pipe has something to send, or ends.
        case attend(UInt64)
        /// Runs end early.
        case stopRuns(StopSwitch.Reason)
        /// Calls back once no request is being answered.
        case whenIdle(CheckedContinuation<Void, Never>)
        /// Closes everything.
        case end(CheckedContinuation<Void, Never>)
    }

    /// What libmicrohttpd may hold of one connection: the longest head, its fields, and an answer's.
    ///
    /// It clears all of it for every request, which is felt.
    private static let memory = 44 << 10

    /// How long the rest of a request may take that a client sent before it ended its sending.
    static let grace = Duration.milliseconds(100)

    private struct Inbox {
        var commands: [Command] = []
        var isAsleep = false
    }

    let library: MicroHTTPD
    let application: any ServerApplication
    let limits: ServerLimits
    private let inbox = Mutex(Inbox())
    private let wake = Mutex<(@Sendable () -> Void)?>(nil)

    // The thread's own.
    var connections: [UInt64: ServerConnection] = [:]
    var lingering = LingeringSockets()
    var names = RequestNames()
    /// No deadline ends before.
    var nextLook: ContinuousClock.Instant?
    /// How many requests are being answered.
    var busy = 0
    private var lastID: UInt64 = 0
    private var daemon: OpaquePointer?
    private var watch: ConnectionWatch?
    private var idlers: [CheckedContinuation<Void, Never>] = []
    private var enders: [CheckedContinuation<Void, Never>] = []
    private var isEnding = false

    /// Starts to answer.
    ///
    /// - Throws: `ServerError` (`unavailable`).
    package init(
        _ socket: ListeningSocket, limits: ServerLimits, application: any ServerApplication
    ) throws(ServerError) {
        library = try MicroHTTPD.shared.get()
        self.application = application
        self.limits = limits
        let context = Unmanaged.passUnretained(self).toOpaque()
        let idle = UInt32(clamping: Int((limits.idle / .seconds(1)).rounded(.up)))
        // Our own limit closes what is too much; libmicrohttpd's would leave it waiting.
        let most = UInt32(clamping: limits.connections + 64)
        guard
            let daemon = dspy_mhd_start(
                library.startDaemon, socket.descriptor, most, idle, Self.memory, acceptClient, handleRequest,
                noteTarget,
                requestCompleted, connectionChanged, context),
            let watch = ConnectionWatch(daemonSet: dspy_mhd_epoll(library.daemonInfo, daemon))
        else { throw ServerError(.unavailable, "libmicrohttpd could not start") }
        self.daemon = daemon
        self.watch = watch
        let wake = watch.wake
        self.wake.withLock { $0 = wake }
        let code = SystemThread.start { self.run() }
        guard code == 0 else {
            throw ServerError(.unavailable, "no thread could be started for the server (errno \(code))")
        }
    }

    // MARK: From any thread

    /// Ends all runs early.
    package func stopRuns(_ reason: StopSwitch.Reason) { send(.stopRuns(reason)) }

    /// Waits until no request is being answered.
    package func idle() async { await withCheckedContinuation { send(.whenIdle($0)) } }

    /// Closes all connections, and takes no more.
    package func end() async { await withCheckedContinuation { send(.end($0)) } }

    func send(_ command: Command) {
        let mustWake = inbox.withLock { inbox in
            inbox.commands.append(command)
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        if mustWake { wake.withLock { $0?() } }
    }

    // MARK: The thread

    private func run() {
        guard let daemon, let watch else { return }
        while true {
            for command in takeCommands() { obey(command) }
            _ = library.run(daemon)
            look()
            lingering.attend()
            if busy == 0, !idlers.isEmpty {
                for idler in idlers { idler.resume() }
                idlers = []
            }
            if isEnding, connections.isEmpty || busy == 0 { break }
            let sleeps = inbox.withLock { inbox in
                inbox.isAsleep = inbox.commands.isEmpty
                return inbox.isAsleep
            }
            watch.wait(milliseconds: sleeps ? pause(daemon) : 0) { event in
                guard let connection = connections[event.id] else { return }
                if event.isGone { gone(connection) } else { arrived(connection) }
            }
            if sleeps { inbox.withLock { $0.isAsleep = false } }
        }
        lingering.end()
        library.stopDaemon(daemon)
        wake.withLock { $0 = nil }
        self.daemon = nil
        self.watch = nil
        for ender in enders { ender.resume() }
    }

    private func takeCommands() -> [Command] {
        inbox.withLock { inbox in
            defer { inbox.commands = [] }
            return inbox.commands
        }
    }

    private func pause(_ daemon: OpaquePointer) -> Int32 {
        var milliseconds: UInt64 = 0
        var rest = library.getTimeout(daemon, &milliseconds) == .YES ? Double(min(milliseconds, 60_000)) : 60_000
        if !lingering.isEmpty { rest = min(rest, 20) }
        if let nextLook { rest = min(rest, max(0, ((nextLook - .now) / .milliseconds(1)).rounded(.up))) }
        return Int32(rest)
    }

    private func obey(_ command: Command) {
        switch command {
        case .answer(let id, let answer):
            guard let connection = connections[id], let exchange = connection.exchange else { return }
            exchange.sending = .answer(answer)
            queue(connection, exchange)
        case .attend(let id):
            guard let connection = connections[id], let exchange = connection.exchange else { return }
            queue(connection, exchange)
        case .stopRuns(let reason):
            for connection in connections.values { connection.exchange?.stop?.stop(reason) }
        case .whenIdle(let idler): idlers.append(idler)
        case .end(let ender):
            enders.append(ender)
            isEnding = true
            for connection in Array(connections.values) {
                if let exchange = connection.exchange { leave(connection, exchange) }
                shutdown(connection.socket, Int32(SHUT_RDWR))
            }
        }
    }

    /// A connection begins.
    func opened(_ pointer: MicroHTTPD.Connection) -> ServerConnection {
        lastID += 1
        let socket = dspy_mhd_socket(library.connectionInfo, pointer)
        let connection = ServerConnection(id: lastID, pointer: pointer, socket: socket)
        connections[lastID] = connection
        watch?.watch(socket, id: lastID)
        expect(.head, within: limits.head, of: connection)
        return connection
    }

    /// Whether one more client may come.
    var hasRoom: Bool { connections.count + lingering.count < limits.connections && !isEnding }

    /// What is waited for, and how long.
    func expect(_ phase: ServerConnection.Phase, within time: Duration?, of connection: ServerConnection) {
        connection.phase = phase
        connection.deadline = time.map { .now + $0 }
        if let deadline = connection.deadline { nextLook = nextLook.map { min($0, deadline) } ?? deadline }
    }

    /// Bytes came.
    private func arrived(_ connection: ServerConnection) {
        switch connection.phase {
        case .idle: expect(.head, within: limits.head, of: connection)
        case .answer: connection.hasMore = true
        case .head, .body: break
        }
    }

    /// The client sends nothing more: it has left, unless what it sent before makes up a request that is answered at once.
    private func gone(_ connection: ServerConnection) {
        connection.hasEnded = true
        switch connection.phase {
        case .answer: if let exchange = connection.exchange { leave(connection, exchange) }
        // libmicrohttpd does not look again where bytes and the end came together.
        case .idle, .head, .body: expect(connection.phase, within: Self.grace, of: connection)
        }
    }

    /// Ends a request that nobody waits for.
    func leave(_ connection: ServerConnection, _ exchange: Exchange) {
        guard !exchange.hasLeft else { return }
        exchange.hasLeft = true
        exchange.stop?.stop(.left)
        exchange.pipe?.close()
        shutdown(connection.socket, Int32(SHUT_RDWR))
        wakeUp(connection)
    }

    func wakeUp(_ connection: ServerConnection) {
        guard connection.isSuspended else { return }
        connection.isSuspended = false
        library.resume(connection.pointer)
    }

    func suspend(_ connection: ServerConnection) {
        connection.isSuspended = true
        library.suspend(connection.pointer)
    }

    /// Ends what has taken too long.
    private func look() {
        guard let due = nextLook else { return }
        let now = ContinuousClock.now
        guard due <= now else { return }
        nextLook = nil
        for connection in Array(connections.values) {
            if let deadline = connection.deadline, deadline <= now {
                connection.deadline = nil
                late(connection)
            }
            if let exchange = connection.exchange { keepBusy(connection, exchange, now) }
            if let deadline = connection.deadline { lookAgain(at: deadline) }
        }
    }

    func lookAgain(at time: ContinuousClock.Instant) { nextLook = nextLook.map { min($0, time) } ?? time }

    private func late(_ connection: ServerConnection) {
        switch connection.phase {
        case .idle, .head: shutdown(connection.socket, Int32(SHUT_RDWR))
        case .body:
            if let exchange = connection.exchange { writeRefusal(Answer(408), connection, exchange) }
            shutdown(connection.socket, Int32(SHUT_RDWR))
        case .answer:
            guard let exchange = connection.exchange else { return }
            // One that was told and has not ended by now never will, or nobody takes its answer.
            if exchange.isLate { return leave(connection, exchange) }
            exchange.isLate = true
            exchange.stop?.stop(.deadline)
            expect(.answer, within: limits.lastWords, of: connection)
        }
    }

    /// Sends a ping after a long silence.
    private func keepBusy(_ connection: ServerConnection, _ exchange: Exchange, _ now: ContinuousClock.Instant) {
        guard let ping = exchange.ping, let pipe = exchange.pipe else { return }
        let due = exchange.lastPiece + limits.ping
        if due > now { return lookAgain(at: due) }
        exchange.lastPiece = now
        lookAgain(at: now + limits.ping)
        if pipe.isSilent { pipe.ping(ping) }
    }
}
