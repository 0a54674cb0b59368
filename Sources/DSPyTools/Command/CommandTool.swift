package import Platform
import Basics
package import DSPyCore
import OrderedJSON

/// A program as a tool: an argument list, never a shell.
///
/// `{name}` inside one element becomes the value of an argument and stays inside that element, whatever the value holds: a
/// text as it is, anything else as JSON. A value that would become an option is refused: an element that begins with an
/// argument may not turn out to begin with `-` unless an element `--` stands before it. Where an option's value is meant,
/// write `--name={name}`.
///
/// The program gets `PATH`, `HOME`, `LANG`, `LC_*` and `TMPDIR` of the environment and what is named beside them, no
/// descriptor but its standard ones, and a process group of its own, which is killed with everything in it when the program
/// ends, when the time is over, when it prints too much, or when the task is cancelled. What a program started and what
/// still holds its output open is waited for half a second.
package struct CommandTool: Sendable {
    /// What a call gives.
    package enum Result: Sendable, Hashable {
        /// What the program printed, without line ends at the end; bytes that are not UTF-8 are replaced.
        case text
        /// What it printed, read as JSON.
        case json
    }

    /// The rules of a run.
    package struct Options: Sendable, Hashable {
        /// What the program reads; nil for nothing.
        package var stdin: TextTemplate?
        /// The working folder; nil for the one of this process.
        package var folder: String?
        /// More variables of the environment to pass on.
        package var environment: [String]
        /// How long a call may take.
        package var timeout: Duration
        /// How many bytes it may print.
        package var outputLimit: Int
        /// What a call gives.
        package var result: Result
        /// The exit statuses that are no failure.
        package var statuses: Set<Int32>

        /// Options.
        package init(
            stdin: TextTemplate? = nil, folder: String? = nil, environment: [String] = [],
            timeout: Duration = .seconds(30),
            outputLimit: Int = 1 << 20, result: Result = .text, statuses: Set<Int32> = [0]
        ) {
            self.stdin = stdin
            self.folder = folder
            self.environment = environment
            self.timeout = timeout
            self.outputLimit = outputLimit
            self.result = result
            self.statuses = statuses
        }
    }

    private let program: String
    private let elements: [TextTemplate]
    private let input: TextTemplate?
    private let options: Options
    private let grants: Grants
    private let supervisor: ProcessSupervisor

    /// A command.
    ///
    /// - Parameters:
    ///   - command: The program and its arguments; a program with a slash starts at the working folder.
    ///   - arguments: The names that may stand in braces.
    /// - Throws: `ToolDefinitionError` (`command`, `stdin`).
    package init(
        _ command: [TextTemplate], arguments: [String], options: Options = Options(), grants: Grants,
        supervisor: ProcessSupervisor = .shared
    ) throws(ToolDefinitionError) {
        guard let program = command.first, !program.parts.isEmpty else {
            throw ToolDefinitionError("command", "a command needs a program: [\"rg\", \"--\", \"{pattern}\"]")
        }
        guard program.argumentNames.isEmpty else {
            throw ToolDefinitionError(
                "command", index: 0, "the program itself cannot come from an argument; write its name")
        }
        for (index, element) in command.enumerated() {
            guard !element.contains(where: { $0 == 0 }) else {
                throw ToolDefinitionError("command", index: index, "a command's argument cannot hold a NUL character")
            }
            _ = try element.naming(arguments, part: "command", index: index)
        }
        self.program = program.filled([:])
        elements = Array(command.dropFirst())
        input = try options.stdin?.naming(arguments, part: "stdin")
        self.options = options
        self.grants = grants
        self.supervisor = supervisor
    }

    /// What it needs: to run its program.
    package var capability: Capability {
        guard program.utf8.contains(UInt8(ascii: "/")) else { return .run(program) }
        let path = SystemPath.joined(program, in: options.folder)
        return .run(SystemPath.resolved(path) ?? path)
    }

    /// The command as a tool.
    ///
    /// A call throws `ToolError`: `PermissionError` (not granted), `ValueError` (an argument that cannot be passed),
    /// `FileNotFoundError`, `TimeoutError`, `RuntimeError` (it failed, with its last error lines).
    package func tool(name: String, purpose: String?, arguments: [Tool.Argument]) -> Tool {
        Tool(
            name: name, purpose: purpose, arguments: arguments,
            body: .sync { values in try run(values, name: name) })
    }

    /// The argument list that a call would start.
    ///
    /// - Throws: `ToolError` (`ValueError`) for a value that cannot be passed.
    package func argumentList(_ values: ValueDict) throws(ToolError) -> [String] {
        var list = [program]
        var isAfterDashes = false
        for element in elements {
            let text = element.filled(values)
            let names = element.argumentNames
            if text.utf8.contains(0) {
                throw ToolError(
                    "ValueError", "the value of \(names[0]) holds a NUL character, which no program can get")
            }
            if element.beginsWithArgument, text.utf8.first == UInt8(ascii: "-"), !isAfterDashes {
                throw ToolError(
                    "ValueError",
                    "the value of \(names[0]) begins with \"-\", which \(program) would take for an option")
            }
            if names.isEmpty, text == "--" { isAfterDashes = true }
            list.append(text)
        }
        return list
    }

    private func run(_ values: ValueDict, name: String) throws -> Value {
        try grants.require(capability, for: name)
        let list = try argumentList(values)
        let folder = options.folder.map { SystemPath.resolved($0) ?? $0 }
        guard let executable = Executable.find(program, folder: folder) else {
            throw ToolError("FileNotFoundError", "there is no program \(program); install it, or check PATH")
        }
        let plan = SupervisedProcess.Plan(
            executable: executable, arguments: list, environment: Environment.passing(options.environment),
            folder: folder, hasInput: input != nil)
        var run = CommandRun(
            input: input.map { Array($0.filled(values).utf8) } ?? [], timeout: options.timeout,
            limit: options.outputLimit)
        let outcome: CommandRun.Outcome
        do throws(ProcessFailure) {
            let process = try SupervisedProcess(plan, supervisor: supervisor)
            outcome = BrokenPipe.quietly { run.wait(for: process, isCancelled: { BlockingThread.isCancelled }) }
        } catch {
            throw ToolError(error.kind, error.description)
        }
        return try value(of: outcome, run)
    }

    private func value(of outcome: CommandRun.Outcome, _ run: CommandRun) throws -> Value {
        switch outcome {
        case .cancelled: throw CancellationError()
        case .timedOut:
            throw ToolError("TimeoutError", "\(program) ran longer than \(options.timeout) and was ended")
        case .flooded:
            guard options.result == .text else {
                throw ToolError(
                    "RuntimeError", "\(program) printed more than \(options.outputLimit) bytes and was ended")
            }
            let text = String(decoding: run.output, as: UTF8.self)
            return .string(text + "\n[cut here: \(program) printed more than \(options.outputLimit) bytes]")
        case .ended(let status):
            guard options.statuses.contains(status) else {
                let words = run.lastErrors
                throw ToolError(
                    "RuntimeError", "\(program) ended with status \(status)\(words.isEmpty ? "" : ": \(words)")")
            }
        }
        guard options.result == .json else {
            return .string(OutputText.trimmed(run.output))
        }
        do throws(JSONError) {
            return Value(try JSON(parsing: run.output, options: .python))
        } catch {
            throw ToolError("ValueError", "\(program) printed no JSON: \(error)")
        }
    }
}
