import Console

/// Runs something that the user may end at any moment.
enum RunStop {
    /// Runs it; the first SIGINT, SIGTERM or SIGHUP cancels it.
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
            if let code = stop.code {
                throw Failure(code, "stopped by \(Signals.name(of: code)); the call was cancelled")
            }
            throw error
        }
    }
}
