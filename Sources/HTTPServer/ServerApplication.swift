/// What a server does with requests; it knows nothing of sockets.
package protocol ServerApplication: Sendable {
    /// What to do with a request whose head is here and whose body is not; called on the server's thread, and must not wait.
    func screen(_ head: RequestHead) -> Screening
    /// The answer to a whole request; called on the server's thread, and must not wait.
    func reply(to request: ServerRequest, _ screened: Screening.Admission) -> Reply
    /// A request is over; called on the server's thread.
    func ended(_ record: RequestRecord)
}

/// What the head of a request says of it.
package enum Screening: Sendable {
    /// What is known of a request that is let in.
    package struct Admission: Sendable {
        /// The largest body, in bytes.
        package var bodyLimit: Int
        /// The answer to a larger one.
        package var tooLarge: Answer
        /// What the log calls its route.
        package var route: String
        /// The program it is for.
        package var program: String?
        /// What every answer to it carries.
        package var fields: [(name: String, value: String)]
        /// Which route it was, as the application numbers them.
        package var place: Int
        /// Whether a run stands behind it, with a deadline, whose client is watched.
        package var isRun: Bool

        package init(
            bodyLimit: Int, tooLarge: Answer, route: String, program: String? = nil,
            fields: [(name: String, value: String)] = [], place: Int = 0, isRun: Bool = false
        ) {
            self.bodyLimit = bodyLimit
            self.tooLarge = tooLarge
            self.route = route
            self.program = program
            self.fields = fields
            self.place = place
            self.isRun = isRun
        }
    }

    /// It is refused, whatever its body holds.
    case refuse(Answer, route: String, program: String? = nil)
    /// Its body is read.
    case admit(Admission)
}

/// How a request is answered.
package enum Reply: Sendable {
    /// At once.
    case now(Answer)
    /// By a task.
    case later(@Sendable () async -> Answer)
}

/// A request that is over, for a log.
package struct RequestRecord: Sendable {
    package var id: String
    package var method: String
    package var route: String
    package var program: String?
    /// The status; 0 when there was no answer.
    package var status: Int
    /// The code of what went wrong, if something did.
    package var code: String?
    package var duration: Duration
    package var bytesIn: Int
    package var bytesOut: Int
}
