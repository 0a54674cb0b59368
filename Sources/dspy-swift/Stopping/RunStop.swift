import Platform
import Console

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
        let end = LastResort()
        let task = Task { try await run() }
        let watch = Signals.watch { code in
            stop.note(code)
            task.cancel()
            end.insist(code)
        }
        defer { watch.cancel() }
        if whileRead {
            PipeReader.whenGone(1) {
                stop.note(.brokenPipe)
                task.cancel()
            }
        }
        do {
            defer { end.isNeedless() }
            return try await task.value
        } catch {
            if stop.code == .brokenPipe { throw Failure(.brokenPipe) }
            if let code = stop.code { throw Failure(code, words(code)) }
            throw error
        }
    }

    private static func words(_ code: ExitCode) -> String {
        "stopped by \(Signals.name(of: code)); the call was cancelled"
    }
}
