/// A whole request.
package struct ServerRequest: Sendable {
    package var head: RequestHead
    package var body: [UInt8]
    /// What its answer, logs and traces call it.
    package var id: String
    /// Ends its run early.
    package var stop: StopSwitch

    package init(head: RequestHead, body: [UInt8] = [], id: String = "", stop: StopSwitch = StopSwitch()) {
        self.head = head
        self.body = body
        self.id = id
        self.stop = stop
    }
}
