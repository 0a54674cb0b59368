import HTTPServer

/// A route whose answer is known, or made at once.
struct FixedRoute: RouteHandler {
    let make: @Sendable (RouteCall) -> Answer

    init(_ make: @escaping @Sendable (RouteCall) -> Answer) { self.make = make }

    func reply(to call: RouteCall) -> Reply { .now(make(call)) }
}
