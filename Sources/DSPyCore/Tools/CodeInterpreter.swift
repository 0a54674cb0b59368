/// Something that runs Python code in steps that share their variables; each belongs to one call of a module.
///
/// - Source: dspy/primitives/code_interpreter.py (3.4.1), `CodeInterpreter`.
public protocol CodeInterpreter: Sendable {
    /// Runs code.
    ///
    /// - Parameters:
    ///   - code: Python source.
    ///   - variables: Set before the code runs.
    /// - Throws: `CodeExecutionError` for code that fails; other errors when the interpreter itself does.
    func execute(_ code: String, variables: ValueDict) async throws -> CodeOutcome

    /// Ends it, and all that it started.
    func shutdown() async
}

/// What a piece of code gave.
public enum CodeOutcome: Sendable, Hashable {
    /// What it printed, or else the value of its last expression.
    case output(Value)
    /// What it gave to `SUBMIT(…)`.
    case submitted(Value)
}

/// Code that failed: a syntax error or an exception.
public struct CodeExecutionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Python's words (`NameError: name 'x' is not defined`).
    public var message: String
    /// Whether the code could not even be parsed.
    public var isSyntaxError: Bool

    /// An error.
    public init(_ message: String, isSyntaxError: Bool = false) {
        self.message = message
        self.isSyntaxError = isSyntaxError
    }

    /// The message.
    public var description: String { message }
}

/// Makes an interpreter for one call of a module.
///
/// `functions` are what the code may call by name; `outputs` are the names that `SUBMIT` takes, in
/// order; without any it takes one value, which is submitted as `output`.
public typealias CodeInterpreterFactory =
    @Sendable (_ functions: [Tool], _ outputs: [String], _ context: RunContext) async throws -> any CodeInterpreter
