import HTTPServer
import ServerPage

/// The page and its parts: the same for every program, and nothing of any.
enum PageRoutes {
    /// What the page may load and reach: its own parts, and this server.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'"

    static var rows: [RouteRow] {
        [
            row("/", "text/html; charset=utf-8", ServerPage.html),
            row("/assets/app.js", "text/javascript; charset=utf-8", ServerPage.script),
            row("/assets/app.css", "text/css; charset=utf-8", ServerPage.style),
        ]
    }

    private static func row(_ path: String, _ type: String, _ bytes: [UInt8]) -> RouteRow {
        let answer = Answer(
            200,
            [
                ("Content-Type", type), ("Cache-Control", "no-cache"), ("Content-Security-Policy", policy),
                ("Referrer-Policy", "no-referrer"),
            ], body: .whole(bytes))
        return RouteRow(path: path, isOpen: true, handler: FixedRoute { _ in answer })
    }
}
