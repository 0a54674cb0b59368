package import DSPyCore

/// Hears what happens in one row while it runs, and how it ended.
package struct RowWatch: Sendable {
    let observer: RunObserver
    let end: @Sendable (BatchRecord) async throws -> Void

    /// A watch.
    ///
    /// - Parameters:
    ///   - observer: Hears the row's program; what it throws fails the row.
    ///   - end: Gets the row's record before it is written.
    package init(observer: RunObserver, end: @escaping @Sendable (BatchRecord) async throws -> Void) {
        self.observer = observer
        self.end = end
    }
}
