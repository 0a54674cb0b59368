import Synchronization
import Testing

@testable import Platform

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite(.serialized) struct SignalsTests {
    private static let kept = Mutex<SignalWatch?>(nil)

    @Test("the first signal is a call, the second ends the process")
    func twice() async {
        let (events, continuation) = AsyncStream<String>.makeStream()
        let watch = Signals.watch([SIGUSR1], exit: { continuation.yield("exit \($0)") }) { code in
            continuation.yield("call \(code.rawValue)")
        }
        var iterator = events.makeAsyncIterator()
        kill(getpid(), SIGUSR1)
        #expect(await iterator.next() == "call 130")
        kill(getpid(), SIGUSR1)
        #expect(await iterator.next() == "exit 130")
        watch.cancel()
    }

    @Test("a terminal that goes away says so more than once, and that ends nothing at once")
    func hangUp() async {
        // Not a signal of another test: Dispatch ends its handling of one later than a watch does.
        let (events, continuation) = AsyncStream<String>.makeStream()
        let watch = Signals.watch([SIGHUP, SIGWINCH], exit: { continuation.yield("exit \($0)") }) { code in
            continuation.yield("call \(code.rawValue)")
        }
        var iterator = events.makeAsyncIterator()
        kill(getpid(), SIGHUP)
        #expect(await iterator.next() == "call 129")
        kill(getpid(), SIGHUP)
        kill(getpid(), SIGWINCH)
        #expect(await iterator.next() == "exit 130")
        // Whichever thread takes the last one, it must not find the default action: the watch stays.
        Self.kept.withLock { $0 = watch }
    }

    @Test("the end of a pipe's reader is told without a write")
    func reader() async {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        let (events, continuation) = AsyncStream<String>.makeStream()
        PipeReader.whenGone(ends[1]) { continuation.yield("gone") }
        close(ends[0])
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == "gone")
        close(ends[1])
    }

    @Test("a signal that asks for something does no harm when nobody listens any more")
    func late() async {
        let (events, continuation) = AsyncStream<String>.makeStream()
        let watch = Signals.notify(number: SIGUSR2) { continuation.yield("call") }
        kill(getpid(), SIGUSR2)
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == "call")
        watch.cancel()
        // Its default action would end the tests.
        kill(getpid(), SIGUSR2)
    }

    @Test("exit codes follow the signal")
    func codes() {
        #expect(Signals.exitCode(for: SIGINT) == .interrupted)
        #expect(Signals.exitCode(for: SIGTERM) == .terminated)
        #expect(Signals.exitCode(for: SIGHUP) == .hungUp)
        #expect([ExitCode.interrupted, .terminated, .hungUp].map(Signals.name) == ["SIGINT", "SIGTERM", "SIGHUP"])
        #expect(ExitCode.allCases.map(\.rawValue) == [0, 1, 64, 65, 66, 69, 73, 74, 75, 77, 78, 129, 130, 141, 143])
    }
}
