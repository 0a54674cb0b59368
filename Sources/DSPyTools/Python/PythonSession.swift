import Platform
import Basics
import DSPyCore
import OrderedJSON
import Synchronization

/// One running Python process and its temporary folder.
final class PythonSession: Sendable {
    /// What the process is told when it starts.
    struct Settings: Sendable {
        let options: PythonInterpreter.Options
        let functions: [String]
        let outputs: [String]

        init(_ options: PythonInterpreter.Options, functions: [String], outputs: [String]) {
            self.options = options
            self.functions = functions
            self.outputs = outputs
        }

        func json(folder: String) -> JSON {
            [
                "temp": .string(folder), "memory": .int(options.memory), "file_size": .int(100 << 20), "files": 100,
                "output": .int(options.outputLimit), "functions": .array(functions.map { .string($0) }),
                "outputs": .array(outputs.map { .string($0) }),
            ]
        }
    }

    private let process: LineProcess
    private let folder: PrivateFolder
    private let mailbox: Mailbox<JSON>
    private let options: PythonInterpreter.Options
    private let kernel = Mutex<PythonInterpreter.Isolation?>(nil)

    /// What the kernel keeps the code from.
    var isolation: PythonInterpreter.Isolation? { kernel.withLock { $0 } }

    /// Starts a process and waits until it is ready.
    ///
    /// - Throws: `ToolError`.
    static func start(_ settings: Settings, supervisor: ProcessSupervisor) async throws -> PythonSession {
        let session = try await BlockingThread.run { _ in try PythonSession(settings, supervisor: supervisor) }
        do {
            try await session.becomeReady(settings)
            return session
        } catch {
            await session.end()
            throw error
        }
    }

    private init(_ settings: Settings, supervisor: ProcessSupervisor) throws(ToolError) {
        options = settings.options
        guard let executable = PythonProgram.find(options.program) else {
            throw ToolError(
                "FileNotFoundError", "there is no program \(options.program); install Python, or check PATH")
        }
        guard let folder = PrivateFolder() else {
            throw ToolError("OSError", "no temporary folder could be made")
        }
        self.folder = folder
        let mailbox = Mailbox<JSON>()
        self.mailbox = mailbox
        var environment = Environment.only(["PATH", "LANG"])
        environment["HOME"] = folder.path
        environment["TMPDIR"] = folder.path
        let text = settings.json(folder: folder.path).text()
        let plan = SupervisedProcess.Plan(
            executable: executable, arguments: ["python3", "-I", "-u", "-c", PythonLauncher.source, text],
            environment: environment, folder: folder.path)
        do throws(ProcessFailure) {
            process = try LineProcess(plan, supervisor: supervisor) { line in
                if let message = try? JSON(parsing: line, options: .python) { mailbox.put(message) }
            } onEnd: { end in
                let words = end.lastErrors.isEmpty ? "" : ": \(end.lastErrors)"
                mailbox.finish(
                    ToolError("CodeInterpreterError", "the Python process ended (status \(end.status))\(words)"))
            }
        } catch {
            throw ToolError(error.kind, error.description)
        }
    }

    private func becomeReady(_ settings: Settings) async throws {
        let late = ToolError("CodeInterpreterError", "Python did not start within 60 seconds")
        let mailbox = mailbox
        let message = try await Deadline.run(.seconds(60), else: late) { try await mailbox.next() }
        let isolation = PythonInterpreter.Isolation(
            network: message["kernel"]?["network"]?.bool ?? false, files: message["kernel"]?["files"]?.bool ?? false)
        kernel.withLock { $0 = isolation }
        guard !settings.options.requiresIsolation || isolation.network && isolation.files else {
            let missing = isolation.network ? "files" : isolation.files ? "the network" : "files and the network"
            throw ToolError(
                "CodeInterpreterError",
                "this system does not let Python be kept from \(missing); run where user namespaces and Landlock are "
                    + "allowed, or do not require isolation")
        }
    }

    /// Runs code and answers its calls.
    ///
    /// - Throws: `CodeExecutionError`; `ToolError` when the process has ended, or had to be.
    func execute(
        _ code: String, _ variables: ValueDict, _ functions: [Tool], _ context: RunContext
    ) async throws -> CodeOutcome {
        let members = variables.members.map { (key: $0.key.pythonString, value: $0.value.json) }
        process.send([
            "type": "execute", "code": .string(code), "variables": .object(JSONObject(members)),
        ])
        let answer: JSON
        do {
            answer = try await Deadline.run(options.timeout, else: TooSlow()) {
                try await self.answer(functions, context)
            }
        } catch is TooSlow {
            try await interrupt()
            throw CodeExecutionError("TimeoutError: the code ran longer than \(options.timeout) and was interrupted")
        }
        return try outcome(answer)
    }

    /// Ends the process and removes its folder.
    func end() async {
        process.kill()
        await process.waitUntilEnd()
        let folder = folder
        _ = try? await BlockingThread.run { _ in folder.remove() }
    }

    private struct TooSlow: Error {}

    private func answer(_ functions: [Tool], _ context: RunContext) async throws -> JSON {
        while true {
            let message = try await mailbox.next()
            guard message["type"]?.string == "call" else { return message }
            let reply = try await reply(to: message, functions, context)
            try Task.checkCancellation()
            process.send(reply)
        }
    }

    /// Gives the code a moment to stop.
    private func interrupt() async throws {
        process.interrupt()
        let mailbox = mailbox
        let dead = ToolError(
            "TimeoutError", "the code ran longer than \(options.timeout) and did not stop; the interpreter was ended")
        try await Deadline.run(options.patience, else: dead) {
            while true {
                let message = try await mailbox.next()
                if message["type"]?.string != "call" { return }
            }
        }
    }

    private func reply(to message: JSON, _ functions: [Tool], _ context: RunContext) async throws -> JSON {
        let id = message["id"] ?? .null
        let name = message["name"]?.string ?? ""
        do {
            guard let function = functions.first(where: { $0.name == name }) else {
                throw ToolError("NameError", "name '\(name)' is not defined")
            }
            let values = try Self.arguments(message, of: function)
            let value = try await function.acall(values, in: context)
            return ["type": "reply", "id": id, "value": value.json]
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            let text = (error as? ToolError).map { "\($0.kind): \($0.message)" } ?? "\(error)"
            return ["type": "reply", "id": id, "error": .string(text)]
        }
    }

    /// The arguments of a call by name; positional ones in the order of the function's.
    private static func arguments(_ message: JSON, of function: Tool) throws(ToolError) -> ValueDict {
        let positional = message["args"]?.array ?? []
        guard positional.count <= function.arguments.count else {
            throw ToolError(
                "TypeError",
                "\(function.name)() takes \(function.arguments.count) positional arguments but \(positional.count) were given"
            )
        }
        var values = ValueDict()
        for (argument, value) in zip(function.arguments, positional) { values[argument.name] = Value(value) }
        for (key, value) in message["kwargs"]?.object?.members ?? [] {
            guard values[key] == nil else {
                throw ToolError("TypeError", "\(function.name)() got multiple values for argument '\(key)'")
            }
            values[key] = Value(value)
        }
        return values
    }

    private func outcome(_ answer: JSON) throws -> CodeOutcome {
        let words = answer["error"]?.string ?? "the code failed"
        switch answer["type"]?.string {
        case "result":
            if let value = answer["value"], !value.isNull { return .output(Value(value)) }
            let text = answer["stdout"]?.string ?? ""
            return .output(text.isEmpty ? .null : .string(text))
        case "final": return .submitted(Value(answer["value"] ?? .null))
        case "syntax": throw CodeExecutionError(words, isSyntaxError: true)
        case "error": throw CodeExecutionError(words)
        default: throw ToolError("CodeInterpreterError", "the Python process spoke nonsense")
        }
    }
}

extension LineProcess {
    /// Sends JSON as a line.
    fileprivate func send(_ json: JSON) {
        var bytes: [UInt8] = []
        json.write(into: &bytes)
        send(bytes)
    }
}
