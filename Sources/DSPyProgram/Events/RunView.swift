package import DSPyCore

/// Shows what a run does while it goes on; one task at a time uses it.
package protocol RunView: Sendable {
    /// Before the first event.
    func begin() async throws
    /// What happened.
    func take(_ event: RunEvent) async throws
    /// How the run ended; nothing follows.
    func end(_ outcome: Result<Prediction, any Error>) async throws
}
