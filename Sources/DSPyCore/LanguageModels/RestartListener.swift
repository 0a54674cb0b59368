/// Hears of further attempts of one request, each before its wait.
///
/// It is handed down with the request and no part of what is asked: requests are equal whoever listens.
package struct RestartListener: Sendable, Hashable {
    /// Takes a further attempt.
    package let tell: @Sendable (LMRestart) -> Void

    package init(_ tell: @escaping @Sendable (LMRestart) -> Void) { self.tell = tell }

    /// Always true.
    package static func == (one: RestartListener, other: RestartListener) -> Bool { true }

    /// Adds nothing.
    package func hash(into hasher: inout Hasher) {}
}
