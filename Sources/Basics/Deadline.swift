/// Work that must be done in time.
package enum Deadline {
    /// Runs the body; one that is not done in time is cancelled, and waited for.
    ///
    /// - Throws: What the body throws, or the error for a body that is not done in time.
    package static func run<Value: Sendable>(
        _ limit: Duration, clock: any Clock<Duration> = ContinuousClock(), else error: any Error,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await clock.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() ?? nil else { throw error }
            return value
        }
    }
}
