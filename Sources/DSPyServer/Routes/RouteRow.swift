import HTTPServer

/// One route: where it stands, what it takes, and what answers.
final class RouteRow: Sendable {
    /// The path, of a program's route without the program: `/predict`.
    let path: String
    /// The method beside `OPTIONS`; a `GET` route answers `HEAD` too.
    let method: String
    /// Whether every program has one, under its name, and the first one at the root.
    let isOfProgram: Bool
    /// Whether it asks for no token, and answers any site.
    let isOpen: Bool
    /// Whether it runs programs, and so has a deadline and ends with the server.
    let isRun: Bool
    /// The media types of its body, `+json` apart; empty for a route without one.
    let takes: [String]
    let handler: any RouteHandler

    init(
        path: String, method: String = "GET", isOfProgram: Bool = false, isOpen: Bool = false, isRun: Bool = false,
        takes: [String] = [], handler: any RouteHandler
    ) {
        self.path = path
        self.method = method
        self.isOfProgram = isOfProgram
        self.isOpen = isOpen
        self.isRun = isRun
        self.takes = takes
        self.handler = handler
    }

    /// What logs and figures call it: `/predict`, `/{program}/predict`.
    func template(isNamed: Bool) -> String { isNamed ? "/{program}" + path : path }
}

/// What answers a route; it knows nothing of sockets.
protocol RouteHandler: Sendable {
    /// The answer; must not wait, a task of the reply's may.
    func reply(to call: RouteCall) -> Reply
}

/// A request at its route.
struct RouteCall: Sendable {
    let request: ServerRequest
    /// Keeps the programs open.
    let use: ProgramUse
    /// The program that it is for; for other routes the first one.
    let program: ServedProgram
    let workers: Workers
    /// Takes what a client is not told.
    let note: @Sendable (String) -> Void

    var programs: ProgramSet { use.programs }

    /// Whether the run is being ended from outside, with somebody there who is told so.
    var isEnding: Bool { request.stop.reason.map { $0 != .left } ?? false }

    /// What a failure means to the client; the rest of it goes to the server's own messages.
    func failure(_ error: any Error) -> RunFailure {
        let failure = RunFailure(error, request.stop.reason)
        if request.stop.reason == nil, failure.detail != failure.message {
            note("request \(request.id): \(failure.code): \(failure.detail)")
        }
        return failure
    }
}
