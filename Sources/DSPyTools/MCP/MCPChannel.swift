import OrderedJSON

/// A way to one server; what comes back goes to the session.
protocol MCPChannel: Sendable {
    /// Sends a message.
    ///
    /// - Returns: Whether the answer, if the message is a request, has been handed to the session by now.
    /// - Throws: `ToolError`, `MCPSession.Expired`, `CancellationError`.
    func send(_ message: JSON) async throws -> Bool

    /// Learns which revision of the protocol both speak.
    func agree(on version: String)

    /// Ends the session, and the server if it is ours.
    func close() async
}
