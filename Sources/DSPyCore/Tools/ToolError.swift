import Basics

/// A tool that could not be called, or that failed.
///
/// A model sees it as the text of an observation; a program that depends on the tool fails with it.
public struct ToolError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What stopped the call.
    public enum Reason: String, Sendable, Hashable {
        /// The tool ran and failed, or its arguments were wrong.
        case failed = "tool_failed"
        /// The caller of the program has not granted it.
        case denied = "tool_denied"
    }

    /// An exception that was raised on the way to this one: its class and text.
    public struct Cause: Sendable, Hashable {
        /// The class with its Python module (`jsonschema.exceptions.ValidationError`).
        public var kind: String
        /// Its text.
        public var message: String

        /// A cause.
        public init(_ kind: String, _ message: String) {
            self.kind = kind
            self.message = message
        }
    }

    /// The Python exception that DSPy would see: `ValueError`, `TypeError`, `TimeoutError`, `PermissionError`, ….
    public var kind: String
    /// What was found, what was expected, what to do.
    public var message: String
    /// What stopped the call.
    public var reason: Reason
    /// What was raised before.
    public var cause: Cause?

    /// An error.
    public init(_ kind: String, _ message: String, reason: Reason = .failed, cause: Cause? = nil) {
        self.kind = kind
        self.message = message
        self.reason = reason
        self.cause = cause
    }

    /// A call that the caller of the program has not granted.
    public static func denied(_ message: String) -> ToolError {
        ToolError("PermissionError", message, reason: .denied)
    }

    /// The message.
    public var description: String { message }

    /// What a model is told of a failed tool: DSPy's traceback without the frames, whose paths are no business of a model.
    ///
    /// - Source: dspy/utils/exceptions.py (3.4.1), `format_error_for_lm`.
    public static func report(of error: any Error) -> String {
        let heading = "Traceback (most recent call last):\n"
        let text: String
        switch error {
        case let error as ThreadError: return report(of: LMError(.transport, error.description))
        case let error as ToolError:
            let before =
                error.cause.map {
                    "\(heading)\($0.kind): \($0.message)\n\nDuring handling of the above exception, another exception "
                        + "occurred:\n\n"
                } ?? ""
            text = "\(before)\(heading)\(error.kind): \(error.message)"
        case let error as ModuleError: text = "\(heading)\(error.kind): \(error.message)"
        case let error as LMError: text = "\(heading)dspy.utils.exceptions.\(error.dspyClass): \(error)"
        case let error as AdapterParseError: text = "\(heading)dspy.utils.exceptions.AdapterParseError: \(error)"
        default: text = "\(heading)RuntimeError: \(error)"
        }
        return "\n" + PythonString.strip(text)
    }
}
