import DSPyCore
import OrderedJSON
import Synchronization

/// An interpreter that gives recorded outcomes and keeps the code it was given.
final class RecordedInterpreter: CodeInterpreter {
    private struct State {
        var outcomes: [JSON]
        var executed: [String] = []
        var isOpen = true
    }

    private let state: Mutex<State>

    init(_ outcomes: [JSON]) { state = Mutex(State(outcomes: outcomes)) }

    var executed: [String] { state.withLock { $0.executed } }
    var isOpen: Bool { state.withLock { $0.isOpen } }

    func execute(_ code: String, variables: ValueDict) async throws -> CodeOutcome {
        let outcome = state.withLock { state -> JSON in
            state.executed.append(code)
            return state.outcomes.isEmpty ? .null : state.outcomes.removeFirst()
        }
        if let value = outcome["submit"] { return .submitted(Value(value)) }
        if let text = outcome["error"]?.string { throw CodeExecutionError(text) }
        if let text = outcome["syntax_error"]?.string { throw CodeExecutionError(text, isSyntaxError: true) }
        return .output(Value(outcome["result"] ?? .null))
    }

    func shutdown() async { state.withLock { $0.isOpen = false } }
}
