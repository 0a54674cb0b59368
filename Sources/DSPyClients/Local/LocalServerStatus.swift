import Basics
import Platform
package import DSPyCore
import OrderedJSON

/// What there is of the local model on this machine: whether it is set up, and its server if one runs.
package struct LocalServerStatus: Sendable {
    /// Where the model is set up.
    package let folder: String
    /// Whether it is set up.
    package let isInstalled: Bool
    /// Where its server listens; nil when none runs.
    package let address: String?
    /// The number of the server's process.
    package let process: Int?
    /// After how many seconds without a request it ends; nil when it does not say.
    package let idleSeconds: Int?
    private let place: LocalFolder

    /// Looks; starts nothing.
    ///
    /// - Throws: `LMError` (`not_configured`) without a home folder.
    package init(environment: [String: String]) throws(LMError) {
        place = try LocalFolder(environment: environment)
        folder = place.path
        isInstalled = place.text(of: place.marker) != nil
        let state =
            isInstalled && place.isServerAlive() ? place.text(of: place.state).flatMap { try? JSON(parsing: $0) } : nil
        address = state?["address"]?.filled
        process = state?["pid"]?.int
        idleSeconds = state?["idle_seconds"]?.int
    }

    /// Ends the server: it sees that its address is gone, and ends by itself within some seconds.
    ///
    /// - Returns: Whether it has ended.
    package func stop() async -> Bool {
        FileMoving.remove(place.state)
        let deadline = ContinuousClock.now + .seconds(20)
        while place.isServerAlive() {
            guard ContinuousClock.now < deadline, (try? await Task.sleep(for: .milliseconds(50))) != nil else {
                return false
            }
        }
        return true
    }
}
