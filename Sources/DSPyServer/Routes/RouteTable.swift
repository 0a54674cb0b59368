import HTTPServer

/// All routes, and which one a request is for.
struct RouteTable: Sendable {
    /// A route and the program that a path names.
    struct Match: Sendable {
        /// The route's place in the table.
        let place: Int
        let row: RouteRow
        let program: ServedProgram
        let isNamed: Bool

        var template: String { row.template(isNamed: isNamed) }
    }

    /// What a path is.
    enum Outcome {
        case found(Match)
        /// Other methods would do.
        case wrongMethod(Match, allowed: [String])
        case unknown
    }

    /// Names that no program can have: they begin routes.
    package static let reserved: Set<String> = [
        "predict", "invocations", "ping", "health", "version", "assets", "docs", "openapi.json", "programs", "livez",
        "readyz", "metrics", "v1", "mcp",
    ]

    let rows: [RouteRow]
    private let byPath: [String: [Int]]

    init(_ rows: [RouteRow]) {
        self.rows = rows
        byPath = Dictionary(grouping: rows.indices) { rows[$0].path }
    }

    /// The route of a path; a path is compared, never looked for anywhere.
    func route(_ method: String, _ path: String, _ programs: ProgramSet) -> Outcome {
        guard let first = programs.programs.first else { return .unknown }
        if let places = byPath[path] { return outcome(method, places, first, isNamed: false) }
        guard path.hasPrefix("/"), let end = path.dropFirst().firstIndex(of: "/"),
            let program = programs.program(String(path.dropFirst()[..<end])),
            let places = byPath[String(path[end...])]?.filter({ rows[$0].isOfProgram }), !places.isEmpty
        else { return .unknown }
        return outcome(method, places, program, isNamed: true)
    }

    private func outcome(_ method: String, _ places: [Int], _ program: ServedProgram, isNamed: Bool) -> Outcome {
        let wanted = method == "HEAD" ? "GET" : method
        func match(_ place: Int) -> Match {
            Match(place: place, row: rows[place], program: program, isNamed: isNamed)
        }
        if let place = places.first(where: { rows[$0].method == wanted }) { return .found(match(place)) }
        let allowed = places.flatMap { rows[$0].method == "GET" ? ["GET", "HEAD"] : [rows[$0].method] }
        return .wrongMethod(match(places[0]), allowed: allowed)
    }
}
