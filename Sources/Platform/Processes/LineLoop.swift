import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The work of a line process's thread.
final class LineLoop: Sendable {
    /// What other threads want of it.
    struct Orders {
        /// Bytes to send.
        var outgoing: [UInt8] = []
        /// Whether the program is to be killed.
        var isKilled = false
        /// Since when, and how patiently, the program is being closed.
        var closing: Closing?
        fileprivate var isOver = false
        fileprivate var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// A polite end.
    struct Closing {
        var since: ContinuousClock.Instant
        var patience: Duration
    }

    private static let errorsKept = 8192
    private static let grace = Duration.milliseconds(300)

    private let process: SupervisedProcess
    private let wake: Pipe
    private let lineLimit: Int
    private let onLine: @Sendable ([UInt8]) -> Void
    private let onEnd: @Sendable (LineProcess.End) -> Void
    private let orders = Mutex(Orders())

    init(
        process: SupervisedProcess, wake: Pipe, lineLimit: Int, onLine: @escaping @Sendable ([UInt8]) -> Void,
        onEnd: @escaping @Sendable (LineProcess.End) -> Void
    ) {
        self.process = process
        self.wake = wake
        self.lineLimit = lineLimit
        self.onLine = onLine
        self.onEnd = onEnd
        Pipe.unblock(wake.reading)
        Pipe.unblock(wake.writing)
    }

    deinit { wake.closeBoth() }

    /// Changes the orders and wakes the thread; nothing happens once the program is over.
    func command(_ change: (inout Orders) -> Void) {
        let isOver = orders.withLock { orders in
            if !orders.isOver { change(&orders) }
            return orders.isOver
        }
        if !isOver { ring() }
    }

    /// Sends the program alone an interrupt.
    func interrupt() { process.interruptLeader() }

    /// Changes the orders and waits until the program is over.
    func ended(_ change: @Sendable (inout Orders) -> Void) async {
        await withCheckedContinuation { continuation in
            let isOver = orders.withLock { orders in
                if orders.isOver { return true }
                change(&orders)
                orders.waiters.append(continuation)
                return false
            }
            if isOver { continuation.resume() } else { ring() }
        }
    }

    private func ring() {
        var byte: UInt8 = 0
        // A full pipe wakes as well.
        _ = write(wake.writing, &byte, 1)
    }

    /// Carries lines until the program is over.
    func run() {
        var carrier = Carrier(lineLimit: lineLimit)
        var exit: ContinuousClock.Instant?
        var isAsked = false
        var isInputClosed = false
        while true {
            let (outgoing, isKilled, closing) = orders.withLock { orders in
                defer { orders.outgoing = [] }
                return (orders.outgoing, orders.isKilled, orders.closing)
            }
            carrier.outgoing += outgoing
            let now = ContinuousClock.now
            if isKilled || carrier.isLineTooLong { break }
            if let closing {
                if !isInputClosed, carrier.outgoing.isEmpty || now >= closing.since + closing.patience {
                    process.closeInput()
                    isInputClosed = true
                }
                if now >= closing.since + closing.patience, !isAsked {
                    process.signal(SIGTERM)
                    isAsked = true
                }
                if now >= closing.since + closing.patience + closing.patience { break }
            }
            if process.hasExited {
                exit = exit ?? now
                // What it started may keep the output open.
                if carrier.isDry || exit.map({ now >= $0 + Self.grace }) ?? false { break }
            }
            // A program that closes its output and stays is of no use any more.
            if !carrier.isOutputOpen, exit == nil, closing == nil {
                exit = now
            } else if !carrier.isOutputOpen, let exit, now >= exit + Self.grace, closing == nil {
                break
            }
            let isBusy = exit != nil || closing != nil
            carrier.carry(process, wake: wake.reading, writes: !isInputClosed, patience: isBusy ? 10 : 250, onLine)
        }
        let status = process.end()
        let words = OutputText.lastLines(carrier.errors)
        onEnd(LineProcess.End(status: status, lastErrors: words, isLineTooLong: carrier.isLineTooLong))
        let waiters = orders.withLock { orders in
            orders.isOver = true
            defer { orders.waiters = [] }
            return orders.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// The bytes on their way.
    private struct Carrier {
        var outgoing: [UInt8] = []
        var errors: [UInt8] = []
        var isOutputOpen = true
        var isErrorsOpen = true
        var isLineTooLong = false
        private let lineLimit: Int
        private var line: [UInt8] = []
        private var chunk = [UInt8](repeating: 0, count: 65_536)

        init(lineLimit: Int) { self.lineLimit = lineLimit }

        var isDry: Bool { !isOutputOpen && !isErrorsOpen }

        mutating func carry(
            _ process: SupervisedProcess, wake: Int32, writes: Bool, patience: Int32, _ onLine: ([UInt8]) -> Void
        ) {
            let hasWork = writes && !outgoing.isEmpty
            var polls = [
                pollfd(fd: isOutputOpen ? process.output : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isErrorsOpen ? process.errors : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: hasWork ? process.input ?? -1 : -1, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
            ]
            poll(&polls, 4, patience)
            if polls[3].revents != 0 { _ = get(wake) }
            if polls[0].revents != 0 {
                switch get(process.output) {
                case .some(let count) where count > 0: takeLines(count, onLine)
                case .some:
                    isOutputOpen = false
                    // A last line without its end.
                    if !line.isEmpty { onLine(line) }
                    line = []
                case nil: break
                }
            }
            if polls[1].revents != 0 {
                switch get(process.errors) {
                case .some(let count) where count > 0:
                    errors += chunk[..<count]
                    if errors.count > 2 * LineLoop.errorsKept { errors = Array(errors.suffix(LineLoop.errorsKept)) }
                case .some: isErrorsOpen = false
                case nil: break
                }
            }
            if polls[2].revents != 0, hasWork, let input = process.input { put(to: input) }
        }

        /// How many bytes were read into the chunk, 0 at the end, nil when there are none yet.
        private mutating func get(_ descriptor: Int32) -> Int? {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 { return errno == EAGAIN || errno == EINTR ? nil : 0 }
            return count
        }

        private mutating func put(to descriptor: Int32) {
            let count = outgoing.withUnsafeBytes { bytes in
                bytes.baseAddress.map { write(descriptor, $0, min(bytes.count, 1 << 20)) } ?? 0
            }
            if count > 0 {
                outgoing.removeFirst(count)
            } else if count < 0, errno != EAGAIN, errno != EINTR {
                // Nobody reads any more; that the program ends is seen elsewhere.
                outgoing = []
            }
        }

        private mutating func takeLines(_ count: Int, _ onLine: ([UInt8]) -> Void) {
            var start = 0
            for place in 0..<count where chunk[place] == 0x0A {
                if line.isEmpty {
                    onLine(Array(chunk[start..<place]))
                } else {
                    line += chunk[start..<place]
                    onLine(line)
                    line = []
                }
                start = place + 1
            }
            line += chunk[start..<count]
            if line.count > lineLimit { isLineTooLong = true }
        }
    }
}
