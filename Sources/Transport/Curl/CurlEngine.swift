import Platform
import Basics
import CCurl
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// libcurl's multi interface on one thread of its own: exchanges, and the connections they share.
final class CurlEngine: TaskExecutor, @unchecked Sendable {  // the lock is in `inbox`; the rest belongs to the thread
    private enum Command {
        case start(CurlTransfer)
        case cancel(CurlTransfer)
        case resume(CurlTransfer)
        case hurry(CurlTransfer, Duration)
        case keep(Double)
    }

    private struct Inbox {
        var commands: [Command] = []
        var jobs: [UnownedJob] = []
        /// Whether the thread waits, or is about to, and has to be woken.
        var isAsleep = false
    }

    /// How many handles, and how many connections, are kept for the exchanges to come.
    ///
    /// By default libcurl closes idle connections beyond four per running request, and the next burst opens them anew.
    private static let idleLimit = 1024

    private let library: CurlLibrary
    private let multi: UnsafeMutableRawPointer
    private let watch: CurlWatch
    private let ended: @Sendable (CurlEngines.Place) -> Void
    private let inbox = Locked(Inbox())
    /// The engine's thread, once it runs.
    private let thread = Atomic<UInt>(0)
    /// Pieces of tasks that came up on the engine's own thread; only that thread touches them.
    private var ownJobs: [UnownedJob] = []
    /// The most exchanges that there were at a time, and how many connections are kept; the thread's own as well.
    private var (most, kept) = (0, idleLimit)
    /// For how many exchanges at a time the thread has memory at hand.
    private var room = 32
    /// What the handles in use have in common; mostly they all are alike.
    private var form: CurlForm?
    /// How many exchanges there may be at a time, and those that wait until another has ended.
    private var (connectionLimit, waiting) = (Int.max, [CurlTransfer]())

    /// Starts the thread, which runs until the process ends.
    ///
    /// - Parameters:
    ///   - room: For how many connections there are descriptors.
    ///   - ended: Hears of each exchange that has left its connection to others.
    /// - Throws: `HTTPError` (`unavailable`).
    init(
        library: CurlLibrary, room: Int, ended: @escaping @Sendable (CurlEngines.Place) -> Void
    ) throws(HTTPError) {
        self.library = library
        connectionLimit = room
        self.ended = ended
        guard let multi = library.multiInit(), let watch = CurlWatch() else {
            throw HTTPError(.unavailable, "libcurl could not start")
        }
        self.multi = multi
        self.watch = watch
        watch.attach(to: multi, library: library)
        keepConnections(Self.idleLimit)
        let code = SystemThread.start { self.run() }
        guard code == 0 else {
            throw HTTPError(.unavailable, "no thread could be started for the network (errno \(code))")
        }
    }

    /// Starts an exchange.
    func submit(_ transfer: CurlTransfer) { send(.start(transfer)) }
    /// Ends an exchange early; nothing happens when it is over.
    func cancel(_ transfer: CurlTransfer) { send(.cancel(transfer)) }
    /// Lets a paused exchange go on.
    func resume(_ transfer: CurlTransfer) { send(.resume(transfer)) }
    /// Lets an exchange go on for no longer than a time from now.
    func hurry(_ transfer: CurlTransfer, within time: Duration) { send(.hurry(transfer, time)) }
    /// Keeps only a part of the connections that were in use at most, until more are needed again.
    func keep(_ part: Double) { send(.keep(part)) }

    /// Runs a piece of a task on the engine's thread, after what it is doing.
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if thread.load(ordering: .relaxed) == Self.currentThread {
            ownJobs.append(job)
            return
        }
        let mustWake = inbox.withLock { inbox in
            inbox.jobs.append(job)
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        if mustWake { watch.wake() }
    }

    private static var currentThread: UInt { UInt(bitPattern: Int(pthread_self())) }

    private func send(_ command: Command) {
        let mustWake = inbox.withLock { inbox in
            inbox.commands.append(command)
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        if mustWake { watch.wake() }
    }

    /// Runs pieces of tasks, and those that they bring up, a number at a time so that the network is not kept waiting.
    ///
    /// Many at a time, because what follows the same steps is faster when it runs together; but few while more requests go
    /// out than ever before, or the first ones would wait until the last are made.
    private func work(_ given: [UnownedJob], isGrowing: Bool) {
        ownJobs += given
        let limit = isGrowing ? 32 : 256
        var next = 0
        while next < ownJobs.count, next < limit {
            ownJobs[next].runSynchronously(on: asUnownedTaskExecutor())
            next += 1
        }
        ownJobs.removeFirst(next)
    }

    private func run() {
        thread.store(Self.currentThread, ordering: .relaxed)
        var live: [UnsafeMutableRawPointer: CurlTransfer] = [:]
        var idle: [CurlHandle] = []
        while true {
            if most >= room { widenHeap() }
            // Pieces of tasks first: they mostly end in a command.
            let jobs = inbox.withLock { inbox in
                defer { inbox.jobs = [] }
                return inbox.jobs
            }
            work(jobs, isGrowing: live.count == most)
            let commands = inbox.withLock { inbox in
                defer { inbox.commands = [] }
                return inbox.commands
            }
            for command in commands { obey(command, &live, &idle) }
            most = max(most, live.count)
            // What obeying brought about, at once; what else is due as well.
            if watch.takeTimer() { tell(CURL_SOCKET_TIMEOUT, []) }
            collect(&live, &idle)
            let sleeps = inbox.withLock { inbox in
                inbox.isAsleep = inbox.commands.isEmpty && inbox.jobs.isEmpty && ownJobs.isEmpty
                return inbox.isAsleep
            }
            for (socket, ready) in watch.wait(isBusy: !sleeps) { tell(socket, ready) }
            if sleeps { inbox.withLock { $0.isAsleep = false } }
            collect(&live, &idle)
        }
    }

    /// Tells libcurl that a socket is ready, and lets it do what it can.
    private func tell(_ socket: curl_socket_t, _ ready: ReadyQueue.Interest) {
        var flags: Int32 = 0
        if ready.contains(.read) { flags |= CURL_CSELECT_IN }
        if ready.contains(.write) { flags |= CURL_CSELECT_OUT }
        var count: Int32 = 0  // libcurl writes here and takes no null
        _ = library.multiSocketAction(multi, socket, flags, &count)
    }

    /// Ends the exchanges that libcurl is done with.
    private func collect(_ live: inout [UnsafeMutableRawPointer: CurlTransfer], _ idle: inout [CurlHandle]) {
        var count: Int32 = 0
        while let message = library.multiInfoRead(multi, &count) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle,
                let transfer = live.removeValue(forKey: handle)
            else { continue }
            let code = dspy_message_result(message)
            if code != CURLE_OK, mustWait(transfer, besides: live.count) { continue }
            let result: Result<Void, any Error> =
                code == CURLE_OK && transfer.hasHead
                ? .success(()) : .failure(transfer.error(for: code, library: library))
            end(transfer, result, &idle)
        }
        if !waiting.isEmpty { startWaiting(&live, &idle) }
    }

    private func obey(
        _ command: Command, _ live: inout [UnsafeMutableRawPointer: CurlTransfer], _ idle: inout [CurlHandle]
    ) {
        switch command {
        case .keep(let part):
            keepConnections(max(1, Int((Double(most) * part).rounded(.up))))
        case .start(let transfer):
            if live.count >= connectionLimit { return waiting.append(transfer) }
            start(transfer, &live, &idle)
        case .cancel(let transfer):
            if let place = waiting.firstIndex(where: { $0 === transfer }) {
                waiting.remove(at: place)
                return end(transfer, .failure(CancellationError()), &idle)
            }
            guard let handle = transfer.handle?.pointer, live.removeValue(forKey: handle) != nil else { return }
            end(transfer, .failure(CancellationError()), &idle)
        case .resume(let transfer):
            transfer.release()
            if let handle = transfer.handle?.pointer { _ = library.easyPause(handle, CURLPAUSE_CONT) }
        case .hurry(let transfer, let time):
            transfer.hurry(within: time)
        }
    }

    private func start(
        _ transfer: CurlTransfer, _ live: inout [UnsafeMutableRawPointer: CurlTransfer], _ idle: inout [CurlHandle]
    ) {
        if live.count >= kept { keepConnections(Self.idleLimit) }
        if transfer.isCancelled { return end(transfer, .failure(CancellationError()), &idle) }
        do {
            try transfer.prepare(with: library, watch, idle: &idle, form: &form)
        } catch {
            return end(transfer, .failure(error), &idle)
        }
        guard let handle = transfer.handle?.pointer, library.multiAdd(multi, handle) == CURLM_OK else {
            return end(transfer, .failure(HTTPError(.unavailable, "libcurl refused another request")), &idle)
        }
        transfer.begin()
        live[handle] = transfer
    }

    /// Whether an exchange that failed got no descriptor, and is to be tried again when one of the others has ended.
    @inline(never)
    private func mustWait(_ transfer: CurlTransfer, besides others: Int) -> Bool {
        guard others > 0, transfer.isUnsent, !transfer.isCancelled, DescriptorTable.isFull else { return false }
        connectionLimit = others
        keepConnections(others)
        if let handle = transfer.handle { _ = library.multiRemove(multi, handle.pointer) }
        transfer.handle = nil
        waiting.append(transfer)
        return true
    }

    @inline(never)
    private func startWaiting(
        _ live: inout [UnsafeMutableRawPointer: CurlTransfer], _ idle: inout [CurlHandle]
    ) {
        // One that fails at once leaves its place to the next.
        while !waiting.isEmpty, live.count < connectionLimit { start(waiting.removeFirst(), &live, &idle) }
    }

    private func end(_ transfer: CurlTransfer, _ result: Result<Void, any Error>, _ idle: inout [CurlHandle]) {
        if let handle = transfer.handle {
            _ = library.multiRemove(multi, handle.pointer)
            // A handle that saw trouble might carry it on.
            if case .success = result, transfer.isClean {
                handle.rest()
                if idle.count == Self.idleLimit { idle.removeFirst() }
                idle.append(handle)
            }
            transfer.handle = nil
        }
        ended(transfer.place)
        transfer.finish(result)
    }

    /// Gets memory for 64 exchanges more.
    ///
    /// glibc widens a thread's heap by the page, each time with a call of the system that holds up page faults of all
    /// threads; what was once taken stays part of the heap.
    private func widenHeap() {
        room += 64
        #if canImport(Glibc)
            // Pieces just too small to be mapped by themselves; an exchange and the row it is for take less than 90 KB.
            let pieces = (0..<48).map { _ in malloc(120_000) }
            for piece in pieces.reversed() { free(piece) }
        #endif
    }

    private func keepConnections(_ count: Int) {
        kept = min(count, Self.idleLimit, connectionLimit)
        _ = dspy_multi_setopt_long(library.multiSetopt, multi, CURLMOPT_MAXCONNECTS, kept)
    }
}
