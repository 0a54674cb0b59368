import OrderedJSON
import DSPySpec
import DSPyProgram
import Platform
import Console
import DSPyCore
import DSPyBatch
import HTTPServer

/// The end of a command that did not succeed.
struct Failure: Error {
    let code: ExitCode
    /// What to tell, without the program's name; nil when all is told already.
    let message: String?

    init(_ code: ExitCode, _ message: String? = nil) {
        self.code = code
        self.message = message
    }

    /// What any error means for the process.
    init(_ error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as UsageError: self.init(.usage, "\(error)")
        case let error as FileError: self.init(error.exitCode, "\(error)")
        // Nobody reads any more: no message, as in every filter.
        case OutputError.closedPipe: self.init(.brokenPipe)
        case let error as OutputError: self.init(error.exitCode, "\(error)")
        case let error as ListeningSocket.Refusal: self.init(.unavailable, "\(error)")
        case let error as ServerError: self.init(.unavailable, "\(error)")
        case let error as BatchFailure: self.init(error)
        case let error as ProgramError: self.init(error.reason.exitCode, error.message + Self.howToAllow(error.missing))
        case let error as ProgramSchema.NoSchema: self.init(.data, error.description)
        default:
            let report = ErrorReport(error)
            self.init(report.code.exitCode, (report.dspyClass.map { $0 + ": " } ?? "") + report.message)
        }
    }

    /// How to give what is missing, for one run and for good.
    private static func howToAllow(_ words: [String]) -> String {
        guard !words.isEmpty else { return "" }
        let flags = words.map { "--allow \(ShownText.word($0))" }.joined(separator: " ")
        let list = words.map { JSON.string($0).text() }.joined(separator: ", ")
        return "; allow it with \(flags)"
            + (Configuration.ownPath.map { "; for good: \"allow\": [\(list)] in \($0)" } ?? "")
    }

    private init(_ failure: BatchFailure) {
        switch failure {
        case .exists, .noJournal, .inUse, .foreign: self.init(.exists, failure.description)
        case .isInput: self.init(.usage, failure.description)
        case .mismatch, .otherKeys, .unknownMaker, .duplicateID, .badLine, .unusable:
            self.init(.data, failure.description)
        case .file, .strange: self.init(.io, failure.description)
        case .closedPipe: self.init(.brokenPipe)
        }
    }
}

extension ProgramError.Reason {
    /// How a command ends that comes no further.
    var exitCode: ExitCode {
        switch self {
        case .usage: .usage
        case .data: .data
        case .noInput: .noInput
        case .io: .io
        case .notAllowed: .noPermission
        case .notConfigured: .notConfigured
        }
    }
}

extension ErrorCode {
    /// How a command ends whose one run failed so.
    var exitCode: ExitCode {
        switch self {
        case .auth, .toolDenied: .noPermission
        case .notConfigured: .notConfigured
        case .transport, .timeout, .serverError, .rateLimited: .unavailable
        case .badLine, .lineTooLong, .duplicateID, .missingInput, .typeMismatch: .data
        case .parseFailed, .badReply, .billing, .invalidRequest, .contextWindow, .unsupported, .configuration,
            .unanswered, .toolFailed:
            .failed
        case .cancelled: .interrupted
        }
    }
}
