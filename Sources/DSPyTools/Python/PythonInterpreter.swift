package import Platform
package import DSPyCore
import OrderedJSON
import Synchronization

/// Runs Python code in a `python3` process of its own, in steps that share their variables.
///
/// The process gets a memory limit, a private temporary folder, an empty environment, and no network. Where the kernel
/// lets it (user namespaces, Landlock), the kernel itself keeps it from the network, from files beyond Python's own and the
/// temporary folder, and from starting programs. Where it does not, only Python's audit hook does, which stops code that
/// is careless, not code that is hostile; `isolation` says which holds, `requiresIsolation` insists.
///
/// Code that is not done in time is interrupted and fails with `TimeoutError`; its variables stay. Code that does not let
/// itself be interrupted is killed, and the interpreter ends with it.
///
/// - Source: dspy/primitives/local_interpreter.py (3.4.1): results, `SUBMIT`, functions, errors.
package final class PythonInterpreter: CodeInterpreter {
    /// The rules of an interpreter.
    package struct Options: Sendable, Hashable {
        /// The program: a name that `PATH` knows, or a path.
        package var program: String
        /// How long one piece of code may take, functions of the host included.
        package var timeout: Duration
        /// How many bytes of address space it may use.
        package var memory: Int
        /// How many letters one piece of code may print.
        package var outputLimit: Int
        /// Whether to refuse to start where the kernel does not keep it from network and files.
        package var requiresIsolation: Bool
        /// How long code that is interrupted may take to stop.
        var patience = Duration.seconds(2)

        /// Options.
        package init(
            program: String = "python3", timeout: Duration = .seconds(30), memory: Int = 1 << 30,
            outputLimit: Int = 1 << 20, requiresIsolation: Bool = false
        ) {
            self.program = program
            self.timeout = timeout
            self.memory = memory
            self.outputLimit = outputLimit
            self.requiresIsolation = requiresIsolation
        }
    }

    /// What the kernel itself keeps the code from.
    package struct Isolation: Sendable, Hashable {
        package var network: Bool
        /// Files beyond Python's own and the temporary folder, and starting programs.
        package var files: Bool
    }

    private enum Stage {
        case fresh
        case idle(PythonSession)
        case busy
        case ended
    }

    private let functions: [Tool]
    private let outputs: [String]
    private let context: RunContext
    private let options: Options
    private let supervisor: ProcessSupervisor
    private let stage = Mutex(Stage.fresh)
    private let current = Mutex<PythonSession?>(nil)

    /// An interpreter; its process starts with the first code.
    ///
    /// - Parameters:
    ///   - functions: What the code may call by name.
    ///   - outputs: The names that `SUBMIT` takes in order; without any it takes one value.
    package init(
        functions: [Tool] = [], outputs: [String] = [], context: RunContext = RunContext(),
        options: Options = Options(),
        supervisor: ProcessSupervisor = .shared
    ) {
        self.functions = functions
        self.outputs = outputs
        self.context = context
        self.options = options
        self.supervisor = supervisor
    }

    /// Makes interpreters for modules that run code.
    ///
    /// The factory throws `ToolError` (`tool_denied`) when Python is not granted to `purpose`.
    package static func factory(
        for purpose: String, options: Options = Options(), grants: Grants, supervisor: ProcessSupervisor = .shared
    ) -> CodeInterpreterFactory {
        { functions, outputs, context in
            guard grants.allows(.python) else { throw ToolError.denied("`\(purpose)` needs \(Capability.python)") }
            return PythonInterpreter(
                functions: functions, outputs: outputs, context: context, options: options, supervisor: supervisor)
        }
    }

    /// What the kernel keeps the code from; nil before the first code.
    package var isolation: Isolation? { current.withLock { $0?.isolation } }

    /// Runs code.
    ///
    /// - Throws: `CodeExecutionError` for code that fails or is not done in time; `ToolError` when the interpreter itself
    ///   fails, has ended, or runs code already; `CancellationError`.
    package func execute(_ code: String, variables: ValueDict) async throws -> CodeOutcome {
        try check(variables)
        let session = try await begin()
        do {
            let outcome = try await session.execute(code, variables, functions, context)
            settle(.idle(session))
            return outcome
        } catch let error as CodeExecutionError {
            settle(.idle(session))
            throw error
        } catch {
            settle(.ended)
            await session.end()
            throw error
        }
    }

    /// Ends the process, all that it started, and its temporary folder.
    package func shutdown() async {
        stage.withLock { $0 = .ended }
        await current.withLock { $0 }?.end()
    }

    private func begin() async throws -> PythonSession {
        let before = stage.withLock { stage in
            defer { if case .ended = stage {} else { stage = .busy } }
            return stage
        }
        switch before {
        case .idle(let session): return session
        case .busy: throw ToolError("CodeInterpreterError", "the Python interpreter already runs code")
        case .ended:
            throw ToolError("CodeInterpreterError", "the Python interpreter has ended; its variables are gone")
        case .fresh:
            do {
                let settings = PythonSession.Settings(options, functions: functions.map(\.name), outputs: outputs)
                let session = try await PythonSession.start(settings, supervisor: supervisor)
                current.withLock { $0 = session }
                return session
            } catch {
                settle(.ended)
                throw error
            }
        }
    }

    private func settle(_ next: Stage) {
        stage.withLock { stage in
            if case .ended = stage { return }
            stage = next
        }
    }

    private func check(_ variables: ValueDict) throws(ToolError) {
        let taken = Set(functions.map(\.name) + ["SUBMIT", "__builtins__"])
        for (key, _) in variables {
            guard let name = key.string, PythonString.isIdentifier(name), !taken.contains(name) else {
                throw ToolError(
                    "CodeInterpreterError",
                    "`\(key.pythonString)` cannot be a variable: it is no Python name, or one that is taken")
            }
        }
    }
}
