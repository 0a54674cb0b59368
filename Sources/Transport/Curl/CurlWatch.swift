import CCurl

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What libcurl asks to be told: which sockets are ready, and when its next time limit is over.
///
/// Between two exchanges on one connection libcurl stops watching its socket for a moment. The system is not told so: the
/// socket mostly comes back, and one that reports something meanwhile is taken out then.
///
/// - Important: Only the engine's thread touches it, `wake` apart.
final class CurlWatch {
    private struct Socket {
        /// What libcurl wants to hear.
        var wanted: ReadyQueue.Interest = []
        /// What the system was asked for.
        var watched: ReadyQueue.Interest = []
    }

    private var queue: ReadyQueue
    private var sockets: [Socket] = []
    private var deadline: ContinuousClock.Instant?
    /// Ends a wait; any thread may call it.
    let wake: @Sendable () -> Void

    /// A watch on nothing; nil when the system gives no more descriptors.
    init?() {
        guard let queue = ReadyQueue() else { return nil }
        wake = queue.waker
        self.queue = queue
    }

    /// Makes libcurl tell this watch what it wants to hear.
    func attach(to multi: UnsafeMutableRawPointer, library: CurlLibrary) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = dspy_multi_watch_sockets(library.multiSetopt, multi, socketWanted, context)
        _ = dspy_multi_watch_timer(library.multiSetopt, multi, timerWanted, context)
    }

    /// Makes libcurl tell this watch when it closes a socket of this handle.
    func attach(toHandle handle: UnsafeMutableRawPointer, library: CurlLibrary) {
        _ = dspy_setopt_close(library.easySetopt, handle, socketClosed, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Whether libcurl's time limit is over; it then has to be told, and sets a new one.
    func takeTimer() -> Bool {
        guard let deadline, deadline <= .now else { return false }
        self.deadline = nil
        return true
    }

    /// Waits for something to tell libcurl, no longer than to its next time limit; one that is busy only looks.
    func wait(isBusy: Bool) -> [(socket: Int32, ready: ReadyQueue.Interest)] {
        var milliseconds: Int32 = isBusy ? 0 : 60_000
        if !isBusy, let deadline {
            // Rounded up, or the last millisecond would be spent asking again and again.
            let rest = ((deadline - .now) / .milliseconds(1)).rounded(.up)
            milliseconds = Int32(min(60_000, max(0, rest)))
        }
        return queue.wait(milliseconds: milliseconds).filter { isWanted($0.socket, $0.ready) }
    }

    private func isWanted(_ socket: Int32, _ ready: ReadyQueue.Interest) -> Bool {
        guard sockets.indices.contains(Int(socket)) else { return false }
        if !sockets[Int(socket)].wanted.isDisjoint(with: ready) { return true }
        if !sockets[Int(socket)].watched.isEmpty {
            queue.forget(socket)
            sockets[Int(socket)].watched = []
        }
        return false
    }

    fileprivate func want(_ socket: Int32, _ interest: ReadyQueue.Interest) {
        guard socket >= 0 else { return }
        while sockets.count <= Int(socket) { sockets.append(Socket()) }
        let before = sockets[Int(socket)].watched
        sockets[Int(socket)].wanted = interest
        guard !interest.isEmpty, interest != before else { return }
        let isDone =
            queue.watch(socket, for: interest, isNew: before.isEmpty)
            || queue.watch(socket, for: interest, isNew: !before.isEmpty)
        sockets[Int(socket)].watched = isDone ? interest : []
    }

    fileprivate func setTimer(milliseconds: Int) {
        deadline = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
    }

    fileprivate func closed(_ socket: Int32) {
        if sockets.indices.contains(Int(socket)) {
            // Another socket may get the same number.
            if !sockets[Int(socket)].watched.isEmpty { queue.forget(socket) }
            sockets[Int(socket)] = Socket()
        }
        close(socket)
    }
}

private func watch(at context: UnsafeMutableRawPointer) -> CurlWatch {
    Unmanaged<CurlWatch>.fromOpaque(context).takeUnretainedValue()
}

private func socketWanted(
    _: UnsafeMutableRawPointer?, _ socket: curl_socket_t, _ what: Int32, _ context: UnsafeMutableRawPointer?,
    _: UnsafeMutableRawPointer?
) -> Int32 {
    guard let context else { return 0 }
    let interest: ReadyQueue.Interest =
        switch what {
        case CURL_POLL_IN: .read
        case CURL_POLL_OUT: .write
        case CURL_POLL_INOUT: .all
        default: []
        }
    watch(at: context).want(socket, interest)
    return 0
}

private func timerWanted(
    _: UnsafeMutableRawPointer?, _ milliseconds: Int, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let context else { return 0 }
    watch(at: context).setTimer(milliseconds: milliseconds)
    return 0
}

private func socketClosed(_ context: UnsafeMutableRawPointer?, _ socket: curl_socket_t) -> Int32 {
    guard let context else { return close(socket) }
    watch(at: context).closed(socket)
    return 0
}
