import DSPyCore
import HTTPServer
import OrderedJSON

/// What a client is told of a run that failed: a code, a status, and words that hold nothing of this machine.
///
/// What a provider, a tool or the system says may quote keys, addresses and paths; those words go to the server's own messages and
/// never to a client.
struct RunFailure: Error, Sendable {
    let code: String
    let status: Int
    let message: String
    /// DSPy's class, where it has one.
    let dspyClass: String?
    /// How many seconds to wait before the next try.
    let retryAfter: Int?
    /// All that is known, for whoever runs the server.
    let detail: String

    init(_ code: ServerCode, _ message: String, retryAfter: Int? = nil) {
        self.code = code.rawValue
        status = code.status
        self.message = message
        dspyClass = nil
        self.retryAfter = retryAfter
        detail = message
    }

    /// - Parameter reason: Why the run was ended from outside, if it was.
    init(_ error: any Error, _ reason: StopSwitch.Reason?) {
        switch reason {
        case .deadline: self.init(.deadline, "the request took longer than is allowed")
        case .shuttingDown: self.init(.shuttingDown, "the server is shutting down")
        case .left, nil:
            if let failure = error as? RunFailure { self = failure } else { self.init(error) }
        }
    }

    private init(_ error: any Error) {
        let report = ErrorReport(error)
        code = report.code.rawValue
        status = report.code.httpStatus
        message = Self.words(report, error)
        dspyClass = report.dspyClass
        retryAfter = report.code == .rateLimited ? Self.wait(error) : nil
        detail = report.message
    }

    /// The provider's own pause in whole seconds, else one.
    private static func wait(_ error: any Error) -> Int {
        guard let seconds = (error as? LMError)?.retryAfter, seconds.isFinite else { return 1 }
        return Int(min(max(1, seconds.rounded(.up)), 86_400))
    }

    private static func words(_ report: ErrorReport, _ error: any Error) -> String {
        if let error = error as? AdapterParseError { return words(error) }
        let status = report.status.map { " (HTTP \($0))" } ?? ""
        return switch report.code {
        case .missingInput, .typeMismatch, .badLine, .lineTooLong, .duplicateID: report.message
        case .parseFailed: "the model's answer could not be read"
        case .badReply: "the model's server sent something that is no answer\(status)"
        case .rateLimited: "the model's rate limit is reached\(status)"
        case .timeout: "the model did not answer in time"
        case .serverError: "the model's server failed\(status)"
        case .transport: "the model could not be reached"
        case .auth: "the model's server refused the key of this server\(status)"
        case .billing: "the model's server asks for payment\(status)"
        case .invalidRequest: "the model's server refused the request, or the program cannot go on\(status)"
        case .contextWindow: "the prompt is longer than the model takes"
        case .unsupported: "the model has no such feature"
        case .notConfigured, .configuration: "the model is not configured as it has to be"
        case .unanswered: "there is no recorded answer to this request"
        case .toolFailed: "a tool of the program failed"
        case .toolDenied: "a tool of the program is not allowed here"
        case .cancelled: "the run was stopped"
        }
    }

    /// Names of fields are the program's own; the answer is the model's, and stays here.
    private static func words(_ error: AdapterParseError) -> String {
        var text =
            "\(error.adapter): the model's answer could not be read; expected fields "
            + error.expected.joined(separator: ", ")
        if let found = error.found { text += ", found \(found.isEmpty ? "none" : found.joined(separator: ", "))" }
        return text
    }

    /// The answer: `{"detail":…,"code":…}`.
    var answer: Answer {
        // Inputs that no prompt can be made of are faults of the body.
        if status == 422 {
            let fault = BodyFault(type: "value_error", place: ["body"], message: message, input: nil, code: code)
            return BodyFaults([fault]).answer
        }
        var answer = Answer.json(status, ["detail": .string(message), "code": .string(code)])
        if let retryAfter { answer.fields.append(("Retry-After", String(retryAfter))) }
        if code == ServerCode.shuttingDown.rawValue { answer.closes = true }
        answer.note = code
        return answer
    }

    /// `code`, `class`, `message`, as events and rows have them.
    var members: JSONObject {
        var members: JSONObject = ["code": .string(code)]
        members["class"] = dspyClass.map { .string($0) }
        members["message"] = .string(message)
        return members
    }
}
