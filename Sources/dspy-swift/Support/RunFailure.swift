import Console
import DSPy
import OrderedJSON

/// What a failed run says and how the process ends.
enum RunFailure {
    /// The stable code of an error, as rows and events carry it.
    static func code(of error: any Error) -> String {
        switch error {
        case let error as LMError: error.code.rawValue
        case is AdapterParseError: "parse_failed"
        case is AdapterFormatError: "type_mismatch"
        case let error as ToolError: error.reason.rawValue
        case is CancellationError: "cancelled"
        default: "invalid_request"
        }
    }

    /// What to tell of an error beside its code.
    static func message(of error: any Error) -> String {
        error is CancellationError ? "the run was stopped" : "\(error)"
    }

    /// One message and an exit code.
    static func failure(for error: any Error) -> Failure {
        switch error {
        case let error as LMError:
            return Failure(exitCode(error.code), "\(error.dspyClass): \(error)")
        case let error as AdapterParseError:
            return Failure(.failed, "AdapterParseError: \(error)")
        case let error as AdapterFormatError: return Failure(.data, "\(error.kind): \(error)")
        case let error as ToolError:
            return Failure(
                error.reason == .denied ? .noPermission : .failed, "\(error.kind): \(error)")
        case let error as ModuleError: return Failure(.failed, "\(error)")
        case is CancellationError: return Failure(.interrupted, "cancelled")
        case let error as UsageError: return Failure(.usage, "\(error)")
        case let error as FileError: return Failure(error.exitCode, "\(error)")
        default: return Failure(.failed, "\(error)")
        }
    }

    private static func exitCode(_ code: LMError.Code) -> ExitCode {
        switch code {
        case .auth: .noPermission
        case .notConfigured: .notConfigured
        case .transport, .timeout, .serverError, .rateLimited: .unavailable
        case .billing, .invalidRequest, .contextWindow, .unsupported, .badReply, .configuration, .unanswered: .failed
        }
    }
}
