import Basics
import HTTPServer

/// The routes that a server has.
enum Routes {
    /// - Parameter hasPage: Whether people get a page.
    static func all(hasPage: Bool, isDraining: @escaping @Sendable () -> Bool) -> [RouteRow] {
        programs + health(isDraining) + (hasPage ? PageRoutes.rows + [prompt] : [])
    }

    private static let json = "application/json"

    private static var programs: [RouteRow] {
        [
            RouteRow(
                path: "/predict", method: "POST", isOfProgram: true, isRun: true, takes: [json], handler: PredictRoute()
            ),
            RouteRow(
                path: "/predict/stream", method: "POST", isOfProgram: true, isRun: true, takes: [json],
                handler: StreamRoute()),
            RouteRow(
                path: "/predict/batch", method: "POST", isOfProgram: true, isRun: true,
                takes: [json, "application/x-ndjson", "application/jsonl"], handler: BatchRoute()),
            RouteRow(
                path: "/programs",
                handler: FixedRoute { call in
                    Answer(200, [("Content-Type", json)], body: .whole(call.programs.listing))
                }),
        ]
    }

    private static var prompt: RouteRow {
        RouteRow(path: "/predict/prompt", method: "POST", isOfProgram: true, takes: [json], handler: PromptRoute())
    }

    private static func health(_ isDraining: @escaping @Sendable () -> Bool) -> [RouteRow] {
        [
            RouteRow(path: "/livez", isOpen: true, handler: FixedRoute { _ in .text("ok\n") }),
            RouteRow(
                path: "/readyz", isOpen: true,
                handler: FixedRoute { _ in isDraining() ? .text("draining\n", status: 503) : .text("ready\n") }),
            RouteRow(path: "/ping", isOfProgram: true, isOpen: true, handler: FixedRoute { _ in .text("\n") }),
            RouteRow(path: "/health", isOfProgram: true, isOpen: true, handler: FixedRoute { _ in .text("\n") }),
            RouteRow(path: "/version", isOfProgram: true, handler: FixedRoute { _ in .text(ToolVersion.text) }),
        ]
    }
}
