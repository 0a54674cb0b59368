import Platform
import Basics

/// libcurl's threads: one, and another where many exchanges are under way at once.
///
/// Opening a connection takes a tenth of a millisecond, with TLS far more; hundreds of them are opened in half the time by
/// two.
final class CurlEngines: Sendable {
    /// What an exchange takes up while it is under way.
    struct Place: Sendable {
        /// The server's address.
        let server: String
        /// The thread's number.
        let index: Int
    }

    private struct State {
        var loads: [String: EngineLoads] = [:]
        var engines: [CurlEngine] = []
    }

    private let library: CurlLibrary
    private let state: Locked<State>
    private let giveBack: @Sendable (Place) -> Void
    /// How many threads there may be; what more than two gain was not measured.
    private let limit: Int
    /// How many connections each may have.
    private let room: Int
    /// The one that is always there.
    let first: CurlEngine

    /// Starts the first thread.
    ///
    /// - Throws: `HTTPError` (`unavailable`).
    init(library: CurlLibrary) throws(HTTPError) {
        let state = Locked(State())
        let giveBack: @Sendable (Place) -> Void = { place in
            state.withLock { $0.loads[place.server]?.giveBack(place.index) }
        }
        let connections = DescriptorTable.roomForConnections
        // With few connections to open there is nothing to gain.
        limit = connections < 4 * EngineLoads.alone ? 1 : min(2, Machine.processors)
        room = connections / limit
        let first = try CurlEngine(library: library, room: room, ended: giveBack)
        state.withLock { $0.engines = [first] }
        self.library = library
        self.state = state
        self.giveBack = giveBack
        self.first = first
    }

    /// The thread for another exchange with a server, and the place there, which comes back when the exchange ends.
    func take(for server: String) -> (engine: CurlEngine, place: Place) {
        state.withLock { [library, limit, room, giveBack, first] state in
            let index = state.loads[server, default: EngineLoads(limit: limit)].take()
            if index == state.engines.count {
                // Where the system gives no other thread, the first has both places.
                state.engines.append((try? CurlEngine(library: library, room: room, ended: giveBack)) ?? first)
            }
            return (state.engines[index], Place(server: server, index: index))
        }
    }

    /// Has each thread keep only a part of the connections that it had in use at most, until more are needed again.
    func keep(_ part: Double) {
        for engine in state.withLock({ $0.engines }) { engine.keep(part) }
    }
}
