/// How a server behaves beside its limits of time.
package struct ServeSettings: Sendable {
    /// How many programs run at once.
    package var workers = 8
    /// How many requests wait for a worker.
    package var queue = 64
    /// The largest body, in bytes.
    package var bodyLimit = 2 << 20
    /// Whether people get a page.
    package var hasPage = true
    /// Takes what a client is not told.
    package var note: @Sendable (String) -> Void = { _ in }
    /// Takes a line for each request that is over.
    package var log: (@Sendable (AccessLine) -> Void)?

    package init() {}
}
