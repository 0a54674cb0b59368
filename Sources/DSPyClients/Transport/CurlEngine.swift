import CCurl
import DSPy

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// libcurl's multi interface on one thread of its own: all exchanges of the process, and the connections they share.
final class CurlEngine: @unchecked Sendable {  // the lock is in `inbox`; `multi` belongs to the thread, wakeup apart
    private enum Command {
        case start(CurlTransfer)
        case cancel(CurlTransfer)
        case resume(CurlTransfer)
    }

    private let library: CurlLibrary
    private let multi: UnsafeMutableRawPointer
    private let inbox = Locked<[Command]>([])

    /// Starts the thread, which runs until the process ends.
    ///
    /// - Throws: `LMError` (`transport`).
    init(library: CurlLibrary) throws(LMError) {
        self.library = library
        guard let multi = library.multiInit() else { throw LMError(.transport, "libcurl could not start") }
        self.multi = multi
        // By default idle connections beyond four per running request are closed, and the next burst opens them anew.
        _ = dspy_multi_setopt_long(library.multiSetopt, multi, CURLMOPT_MAXCONNECTS, 1024)
        Self.raiseDescriptorLimit()
        let code = SystemThread.start { self.run() }
        guard code == 0 else {
            throw LMError(.transport, "no thread could be started for the network (errno \(code))")
        }
    }

    /// Starts an exchange.
    func submit(_ transfer: CurlTransfer) { send(.start(transfer)) }
    /// Ends an exchange early; nothing happens when it is over.
    func cancel(_ transfer: CurlTransfer) { send(.cancel(transfer)) }
    /// Lets a paused exchange go on.
    func resume(_ transfer: CurlTransfer) { send(.resume(transfer)) }

    private func send(_ command: Command) {
        inbox.withLock { $0.append(command) }
        _ = library.multiWakeup(multi)
    }

    private func run() {
        var live: [UnsafeMutableRawPointer: CurlTransfer] = [:]
        var count: Int32 = 0  // libcurl writes here and takes no null
        while true {
            let commands = inbox.withLock { inbox in
                defer { inbox = [] }
                return inbox
            }
            for command in commands { obey(command, &live) }
            _ = library.multiPerform(multi, &count)
            while let message = library.multiInfoRead(multi, &count) {
                guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle,
                    let transfer = live.removeValue(forKey: handle)
                else { continue }
                let code = dspy_message_result(message)
                let result: Result<Void, any Error> =
                    code == CURLE_OK ? .success(()) : .failure(transfer.error(for: code, library: library))
                end(transfer, result)
            }
            _ = library.multiPoll(multi, nil, 0, 60_000, nil)
        }
    }

    private func obey(_ command: Command, _ live: inout [UnsafeMutableRawPointer: CurlTransfer]) {
        switch command {
        case .start(let transfer):
            if transfer.isCancelled { return end(transfer, .failure(CancellationError())) }
            do {
                try transfer.prepare(with: library)
            } catch {
                return end(transfer, .failure(error))
            }
            guard let handle = transfer.handle, library.multiAdd(multi, handle) == CURLM_OK else {
                return end(transfer, .failure(LMError(.transport, "libcurl refused another request")))
            }
            live[handle] = transfer
        case .cancel(let transfer):
            guard let handle = transfer.handle, live.removeValue(forKey: handle) != nil else { return }
            end(transfer, .failure(CancellationError()))
        case .resume(let transfer):
            if let handle = transfer.handle { _ = library.easyPause(handle, CURLPAUSE_CONT) }
        }
    }

    private func end(_ transfer: CurlTransfer, _ result: Result<Void, any Error>) {
        if let handle = transfer.handle { _ = library.multiRemove(multi, handle) }
        transfer.release(to: library)
        transfer.finish(result)
    }

    /// Every exchange in flight needs a descriptor, and the usual soft limit is 1,024.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < 65_536 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        _ = setrlimit(resource, &limit)
    }
}
