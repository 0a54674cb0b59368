/// A request and what becomes of it.
///
/// - Important: Only the server's thread touches it.
final class Exchange {
    /// What goes out.
    enum Sending {
        /// Nothing is known yet.
        case nothing
        /// An answer that libmicrohttpd does not have yet.
        case answer(Answer)
        /// Pieces whose head is held back until the first one.
        case held(Answer, AnswerPipe)
        /// All is handed over.
        case queued
    }

    let target: String
    let start = ContinuousClock.now
    var head: RequestHead?
    var id = ""
    var admission: Screening.Admission?
    var refusal: (route: String, program: String?)?
    var body: [UInt8] = []
    /// Whether its time is over, and its run was told so.
    var isLate = false
    var sending = Sending.nothing
    var stop: StopSwitch?
    var pipe: AnswerPipe?
    var ping: [UInt8]?
    var lastPiece = ContinuousClock.now
    var hasLeft = false
    var status = 0
    var code: String?
    var bytesOut = 0
    var bytesIn = 0

    init(target: String) { self.target = target }

    func record() -> RequestRecord {
        RequestRecord(
            id: id, method: head?.method ?? "", route: admission?.route ?? refusal?.route ?? "unmatched",
            program: admission?.program ?? refusal?.program, status: status, code: code,
            duration: ContinuousClock.now - start, bytesIn: bytesIn, bytesOut: bytesOut)
    }
}
