/// One server-sent event.
package struct SSEEvent: Sendable, Hashable {
    /// The event's type; empty when the server gave none.
    package var name: String
    /// The data; several `data` lines are joined by line feeds.
    package var data: [UInt8]

    /// An event.
    package init(name: String = "", data: [UInt8]) {
        self.name = name
        self.data = data
    }
}
