/// What a request is answered with.
package struct Answer: Sendable {
    /// What stands behind the head.
    package enum Body: Sendable {
        /// All of it.
        case whole([UInt8])
        /// Pieces, as they come.
        case pieces(Pieces)
    }

    /// A body in pieces.
    package struct Pieces: Sendable {
        /// What keeps the connection busy in a long silence; empty where the format has nothing for it.
        package var ping: [UInt8]
        /// Writes the pieces, one after another.
        ///
        /// The head goes out with the first one, so what fails before can still be refused (`AnswerWriter.refuse`).
        package var produce: @Sendable (AnswerWriter) async -> Void

        package init(ping: [UInt8] = [], produce: @escaping @Sendable (AnswerWriter) async -> Void) {
            self.ping = ping
            self.produce = produce
        }
    }

    package var status: Int
    /// Names and values, in order; what frames the body is added.
    package var fields: [(name: String, value: String)]
    package var body: Body
    /// A word on how it ended, for the log: a code.
    package var note: String?
    /// Whether the connection ends with it.
    package var closes = false

    package init(_ status: Int, _ fields: [(name: String, value: String)] = [], body: Body = .whole([])) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// A text in `text/plain`.
    package static func text(_ text: String, status: Int = 200) -> Answer {
        Answer(status, [("Content-Type", "text/plain; charset=utf-8")], body: .whole(Array(text.utf8)))
    }
}
