import Console
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct SignalsTests {
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

    @Test("exit codes follow the signal")
    func codes() {
        #expect(Signals.exitCode(for: SIGINT) == .interrupted)
        #expect(Signals.exitCode(for: SIGTERM) == .terminated)
        #expect(ExitCode.allCases.map(\.rawValue) == [0, 1, 64, 65, 66, 69, 73, 74, 75, 77, 78, 130, 141, 143])
    }
}
