import Basics
public import OrderedJSON

/// What is told of an error, wherever it is told: rows, events, traces, server-sent events and exit codes are made of it.
public struct ErrorReport: Error, Sendable, Hashable {
    /// What went wrong.
    public var code: ErrorCode
    /// What was found, what was expected, what to do.
    public var message: String
    /// The Python class that DSPy raises, if it has one: `LMRateLimitError`, `AdapterParseError`, `ValueError`.
    public var dspyClass: String?
    /// The HTTP status, if one was involved.
    public var status: Int?
    /// The model's whole answer, when it could not be read.
    public var completion: String?
    /// Whether the same will fail again, whatever the code says.
    package var isFinal = false

    /// A report.
    public init(
        _ code: ErrorCode, _ message: String, dspyClass: String? = nil, status: Int? = nil, completion: String? = nil
    ) {
        self.code = code
        self.message = message
        self.dspyClass = dspyClass
        self.status = status
        self.completion = completion
    }

    /// What there is to tell of any error of a run.
    public init(_ error: any Error) {
        switch error {
        case let error as ErrorReport: self = error
        case let error as BranchFailures: self.init(error.first)
        case let error as LMError:
            self.init(ErrorCode(error.code), "\(error)", dspyClass: error.dspyClass, status: error.status)
            isFinal = error.isFinal
        case let error as AdapterParseError:
            self.init(.parseFailed, "\(error)", dspyClass: "AdapterParseError", completion: error.reply)
        case let error as AdapterFormatError: self.init(.typeMismatch, "\(error)", dspyClass: error.kind)
        case let error as ToolError: self.init(ErrorCode(error.reason), "\(error)", dspyClass: error.kind)
        case let error as ModuleError: self.init(.invalidRequest, "\(error)", dspyClass: error.kind)
        case let error as ThreadError: self.init(LMError(.transport, error.description))
        case is CancellationError: self.init(.cancelled, "the run was stopped")
        default: self.init(.invalidRequest, "\(error)")
        }
    }

    /// Whether the same may succeed later.
    public var isRetryable: Bool { !isFinal && code.isRetryable }

    /// `code`, `class` and `message`, as rows and server-sent events begin.
    public var members: JSONObject {
        var members: JSONObject = ["code": .string(code.rawValue)]
        members["class"] = dspyClass.map { .string($0) }
        members["message"] = .string(message)
        return members
    }
}
