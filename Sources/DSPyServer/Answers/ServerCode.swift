/// What a server says beside the codes of a run (`ErrorCode`).
enum ServerCode: String, Sendable, CaseIterable {
    /// An input that the program does not have.
    case unknownInput = "unknown_input"
    /// A body that is no JSON.
    case badJSON = "bad_json"
    /// The request took longer than a request may.
    case deadline
    /// Too many requests wait already.
    case overloaded
    /// The server ends, and takes no more.
    case shuttingDown = "shutting_down"
    /// A fault of the server's own.
    case `internal`

    /// The status by which it is told.
    var status: Int {
        switch self {
        case .unknownInput, .badJSON: 422
        case .deadline: 504
        case .overloaded: 429
        case .shuttingDown: 503
        case .internal: 500
        }
    }
}
