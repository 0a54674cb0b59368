import Basics
import DSPyCore
import Transport

extension LMError {
    /// An exchange without an answer, as a call that failed.
    init(_ error: HTTPError) {
        let code: Code =
            switch error.reason {
            case .timeout: .timeout
            case .unreachable, .refused, .broken, .unavailable: .transport
            case .tooLarge: .badReply
            case .malformed: .configuration
            }
        self.init(code, error.message)
        isFinal = error.reason == .refused
    }

    /// Any error of a call to a server as one of a model; nil for others, which stay what they are.
    init?(of error: any Error) {
        switch error {
        case let error as LMError: self = error
        case let error as HTTPError: self.init(error)
        case let error as ServerSentEventParser.TooLong: self.init(.badReply, error.description)
        default: return nil
        }
    }
}
