import Console
import DSPy

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Runs something that the user may end at any moment.
enum RunStop {
    /// Runs it; the first SIGINT, SIGTERM or SIGHUP cancels it, and ends the process where that does not help: a task that
    /// computes looks up from it at no moment.
    ///
    /// - Parameter whileRead: Whether it is also cancelled when nobody reads standard output any more.
    static func stoppable<Outcome: Sendable>(
        whileRead: Bool = false, _ run: @escaping @Sendable () async throws -> Outcome
    ) async throws -> Outcome {
        let stop = StopSignal()
        let task = Task { try await run() }
        let watch = Signals.watch { code in
            stop.note(code)
            task.cancel()
            insist(code)
        }
        defer { watch.cancel() }
        if whileRead {
            PipeReader.whenGone(1) {
                stop.note(.brokenPipe)
                task.cancel()
            }
        }
        do {
            return try await task.value
        } catch {
            if stop.code == .brokenPipe { throw Failure(.brokenPipe) }
            if let code = stop.code { throw Failure(code, words(code)) }
            throw error
        }
    }

    /// Ends the process when it has not ended by itself: what computes, or waits for a reader that never reads, does not look up.
    ///
    /// - Parameter time: How long what goes on may take; some seconds are added, for what was cancelled to end.
    static func insist(_ code: ExitCode, after time: Duration = .zero) {
        _ = SystemThread.start {
            sleep(UInt32(clamping: min(time.components.seconds, 1_000_000) + 4))
            try? Output.error.writeLine("dspy-swift: stopped by \(Signals.name(of: code)); it did not end by itself")
            _exit(code.rawValue)
        }
    }

    private static func words(_ code: ExitCode) -> String {
        "stopped by \(Signals.name(of: code)); the call was cancelled"
    }
}
