package import HTTPServer
import Synchronization

/// Programs as an application of a server: who may ask, which route a request is for, what it is answered with.
package final class ProgramServer: ServerApplication {
    /// What holds at one time; requests that have begun keep theirs.
    private final class Live: Sendable {
        let programs: ProgramSet
        let gatekeeper: Gatekeeper
        let isDraining: Bool

        init(_ programs: ProgramSet, _ gatekeeper: Gatekeeper, isDraining: Bool = false) {
            self.programs = programs
            self.gatekeeper = gatekeeper
            self.isDraining = isDraining
        }
    }

    private final class State: Sendable {
        let live: Mutex<Live>
        init(_ live: Live) { self.live = Mutex(live) }
    }

    private let settings: ServeSettings
    private let workers: Workers
    private let routes: RouteTable
    private let state: State

    package init(_ programs: ProgramSet, _ gatekeeper: Gatekeeper, _ settings: ServeSettings) {
        self.settings = settings
        workers = Workers(limit: settings.workers, queue: settings.queue)
        let state = State(Live(programs, gatekeeper))
        self.state = state
        routes = RouteTable(
            Routes.all(hasPage: settings.hasPage) { state.live.withLock { $0.isDraining } })
    }

    // MARK: Changes

    /// Later requests get these programs, and need this token; those that run end on what they began with.
    package func replace(_ programs: ProgramSet, token: BearerToken?) async {
        let old = state.live.withLock { live in
            defer {
                var gatekeeper = live.gatekeeper
                gatekeeper.token = token
                live = Live(programs, gatekeeper, isDraining: live.isDraining)
            }
            return live.programs
        }
        await old.retire()
    }

    /// New runs are refused from now on.
    package func drain() {
        state.live.withLock { $0 = Live($0.programs, $0.gatekeeper, isDraining: true) }
    }

    /// Closes the programs.
    package func close() async { await state.live.withLock { $0.programs }.retire() }

    /// Names that no program can have.
    package static var reservedNames: Set<String> { RouteTable.reserved }

    // MARK: Requests

    package func screen(_ head: RequestHead) -> Screening {
        let live = state.live.withLock { $0 }
        let outcome = head.path.map { routes.route(head.method, $0, live.programs) } ?? .unknown
        var route = "unmatched"
        var match: RouteTable.Match?
        switch outcome {
        case .found(let found), .wrongMethod(let found, _): (match, route) = (found, found.template)
        case .unknown: break
        }
        let program = match.flatMap { $0.row.isOfProgram ? $0.program.name : nil }
        func refuse(_ answer: Answer, _ fields: [(name: String, value: String)] = []) -> Screening {
            var answer = answer
            answer.fields += fields
            return .refuse(answer, route: route, program: program)
        }
        guard live.gatekeeper.admits(host: head["host"]) else { return refuse(.detail(403, "Host not allowed")) }
        let fields: [(name: String, value: String)]
        let verdict =
            head.count(of: "origin") > 1
            ? .refused : live.gatekeeper.verdict(origin: head["origin"], host: head["host"])
        switch verdict {
        case .own, .refused: fields = live.gatekeeper.hasCORS ? [("Vary", "Origin")] : []
        case .listed(let origin):
            fields = [
                ("Access-Control-Allow-Origin", origin), ("Vary", "Origin"),
                ("Access-Control-Expose-Headers", "x-request-id, retry-after"),
            ]
        }
        if case .found(let found) = outcome, found.row.isOpen { return admit(found, fields) }
        if case .refused = verdict { return refuse(.detail(403, "Origin not allowed")) }
        if head.method == "OPTIONS", case .listed = verdict, head["access-control-request-method"] != nil {
            return refuse(Self.preflight, fields)
        }
        let isSaidOnce = head.count(of: "authorization") <= 1
        guard isSaidOnce, live.gatekeeper.admits(authorization: head["authorization"]) else {
            var answer = Answer.detail(401, "Missing or wrong token")
            answer.fields.append(("WWW-Authenticate", "Bearer"))
            return refuse(answer, fields)
        }
        switch outcome {
        case .unknown: return refuse(.detail(404, "Not Found"), fields)
        case .wrongMethod(_, let allowed):
            var answer = Answer.detail(405, "Method Not Allowed")
            answer.fields.append(("Allow", allowed.joined(separator: ", ")))
            return refuse(answer, fields)
        case .found(let found):
            if let answer = refusal(ofBody: head, found.row, live.isDraining) { return refuse(answer, fields) }
            return admit(found, fields)
        }
    }

    private static var preflight: Answer {
        Answer(
            204,
            [
                ("Access-Control-Allow-Methods", "GET, POST"),
                ("Access-Control-Allow-Headers", "authorization, content-type, x-request-id, mcp-protocol-version"),
                ("Access-Control-Max-Age", "600"),
            ])
    }

    private func refusal(ofBody head: RequestHead, _ row: RouteRow, _ isDraining: Bool) -> Answer? {
        if let length = head["content-length"].flatMap({ UInt64($0) }), length > UInt64(max(0, settings.bodyLimit)) {
            return tooLarge
        }
        if !row.takes.isEmpty {
            guard head.count(of: "content-type") == 1, let type = head["content-type"],
                MediaType(type).isOne(of: row.takes)
            else {
                return .detail(415, "Content-Type must be \(row.takes.joined(separator: ", "))")
            }
        }
        return row.isRun && isDraining ? RunFailure(.shuttingDown, "the server is shutting down").answer : nil
    }

    private var tooLarge: Answer { .detail(413, "the body is larger than \(settings.bodyLimit) bytes") }

    private func admit(_ match: RouteTable.Match, _ fields: [(name: String, value: String)]) -> Screening {
        .admit(
            Screening.Admission(
                bodyLimit: settings.bodyLimit, tooLarge: tooLarge, route: match.template,
                program: match.row.isOfProgram ? match.program.name : nil, fields: fields, place: match.place,
                isRun: match.row.isRun))
    }

    package func reply(to request: ServerRequest, _ screened: Screening.Admission) -> Reply {
        // Taken in one moment with the set that is served: it is not closed before this request has ended.
        let (live, use) = state.live.withLock { ($0, ProgramUse($0.programs)) }
        let row = routes.rows[screened.place]
        if row.isRun, live.isDraining {
            return .now(RunFailure(.shuttingDown, "the server is shutting down").answer)
        }
        guard let program = screened.program.map({ live.programs.program($0) }) ?? live.programs.programs.first else {
            // It was served when the head came, and was taken away since.
            return .now(.detail(404, "Not Found"))
        }
        return row.handler.reply(
            to: RouteCall(
                request: request, use: use, program: program, workers: workers, note: settings.note))
    }

    package func ended(_ record: RequestRecord) { settings.log?(AccessLine(record: record)) }
}
