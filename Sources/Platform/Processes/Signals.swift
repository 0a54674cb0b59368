import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Signals as calls.
package enum Signals {
    /// Ctrl-C.
    package static let interrupt = SIGINT
    /// What `kill` sends.
    package static let terminate = SIGTERM

    /// Turns writing to a closed pipe, or beyond the size that files may have (`ulimit -f`), into an error of the write; call
    /// it before anything is written.
    ///
    /// Processes that are started later inherit this and must be given back the default.
    package static func ignoreFailedWrites() {
        _ = signal(SIGPIPE, SIG_IGN)
        _ = signal(SIGXFSZ, SIG_IGN)
    }

    /// Calls back at the first signal that asks to stop, and ends the process at once at the second.
    ///
    /// SIGHUP is only ever the first: when a terminal goes away, the system and the shell send it one after the other. Where
    /// it is ignored from the start, as under `nohup`, it stays so. The callback runs on a queue of its own, never in a signal
    /// handler. Keep the watch for as long as it is to count.
    package static func watch(
        _ signals: [Int32] = [SIGINT, SIGTERM, SIGHUP], exit: @escaping @Sendable (Int32) -> Void = { _exit($0) },
        onFirst: @escaping @Sendable (ExitCode) -> Void
    ) -> SignalWatch {
        SignalWatch(signals.filter { $0 != SIGHUP || !isIgnored($0) }, exit: exit, onFirst: onFirst)
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        // The handler stands in a union, and a function has no ==.
        #if canImport(Darwin)
            return unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self)
                == unsafeBitCast(SIG_IGN, to: Int.self)
        #else
            return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
                == unsafeBitCast(SIG_IGN, to: Int.self)
        #endif
    }

    /// Signals that only tell something.
    package enum Notice: Sendable {
        /// The terminal has another size.
        case windowSize
        /// Somebody wants to know how far this is (`kill -USR1`).
        case status
        /// What was read at the start is to be read again (`kill -HUP`).
        case reload

        var number: Int32 {
            switch self {
            case .windowSize: SIGWINCH
            case .status: SIGUSR1
            case .reload: SIGHUP
            }
        }
    }

    /// Calls back at every arrival of a signal, which then has no other effect, nor has one that comes after the watch.
    package static func notify(_ notice: Notice, _ callback: @escaping @Sendable () -> Void) -> SignalWatch {
        notify(number: notice.number, callback)
    }

    static func notify(number: Int32, _ callback: @escaping @Sendable () -> Void) -> SignalWatch {
        // The exit code of a first arrival, and the exit of later ones, are both only a call.
        SignalWatch([number], staysHarmless: true, exit: { _ in callback() }, onFirst: { _ in callback() })
    }

    /// How a process that was stopped by a signal ends.
    package static func exitCode(for number: Int32) -> ExitCode {
        switch number {
        case SIGTERM: .terminated
        case SIGHUP: .hungUp
        default: .interrupted
        }
    }

    /// The name of the signal that a process was stopped by.
    package static func name(of code: ExitCode) -> String {
        switch code {
        case .terminated: "SIGTERM"
        case .hungUp: "SIGHUP"
        default: "SIGINT"
        }
    }
}

/// Signals that are being listened for.
package final class SignalWatch: Sendable {
    private let signals: [Int32]
    /// Whether signals that come after the watch are ignored; else they have their default action.
    private let staysHarmless: Bool
    private let queue = DispatchQueue(label: "signals")
    private let isOver = Flag()
    private static let idle = Mutex<[Source]>([])
    // Only touched under the lock; a source itself may be used from any thread.
    private let sources = Mutex<[Source]>([])

    private struct Source: @unchecked Sendable {  // guarded by the mutex around the array
        let source: any DispatchSourceSignal
    }

    package init(
        _ signals: [Int32], staysHarmless: Bool = false, exit: @escaping @Sendable (Int32) -> Void,
        onFirst: @escaping @Sendable (ExitCode) -> Void
    ) {
        self.signals = signals
        self.staysHarmless = staysHarmless
        let received = Counter()
        let registered = DispatchSemaphore(value: 0)
        for number in signals {
            #if canImport(Darwin)
                // kqueue hears of ignored signals; on Linux, Dispatch puts a handler of its own in place.
                _ = signal(number, SIG_IGN)
            #endif
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { [isOver] in
                guard !isOver.isSet else { return }
                let code = Signals.exitCode(for: number)
                if received.increase() == 1 {
                    onFirst(code)
                } else if number != SIGHUP {
                    exit(code.rawValue)
                }
            }
            source.setRegistrationHandler { registered.signal() }
            source.resume()
            let kept = Source(source: source)
            sources.withLock { $0.append(kept) }
        }
        // Until then a signal still has its default action.
        for _ in signals { registered.wait() }
    }

    /// Stops listening.
    package func cancel() {
        isOver.set()
        let ended = sources.withLock { sources in
            defer { sources = [] }
            return sources
        }
        guard !staysHarmless else {
            // Dispatch puts the default action back at some time after `cancel`, and a signal that came then would end the
            // process: these sources stay, and do nothing.
            return Self.idle.withLock { $0 += ended }
        }
        for source in ended { source.source.cancel() }
        for number in signals { _ = signal(number, SIG_DFL) }
    }

    deinit { cancel() }
}

/// Something that is so from some time on.
private final class Flag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .acquiring) }

    func set() { value.store(true, ordering: .releasing) }
}

/// Counts across threads.
private final class Counter: Sendable {
    private let value = Atomic(0)

    func increase() -> Int { value.add(1, ordering: .relaxed).newValue }
}
