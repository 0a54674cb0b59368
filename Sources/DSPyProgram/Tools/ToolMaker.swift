import Platform
import Basics
package import DSPyCore
import DSPyClients
package import DSPySpec
package import DSPyTools
import OrderedJSON

/// Makes one tool of a file's entry.
package struct ToolMaker {
    private let spec: ToolSpec
    private let folder: String
    private let grants: Grants
    private let variable: (String) -> String?

    /// - Parameters:
    ///   - folder: The program's folder, where reading starts.
    ///   - variable: The value of a variable of the environment.
    package init(
        _ spec: ToolSpec, folder: String, grants: Grants, variable: @escaping (String) -> String? = { _ in nil }
    ) {
        self.spec = spec
        self.folder = folder
        self.grants = grants
        self.variable = variable
    }

    private var arguments: [Tool.Argument] {
        (spec.arguments ?? []).map {
            Tool.Argument($0.name, $0.type, defaultValue: $0.defaultValue, description: $0.description)
        }
    }

    private var names: [String] { (spec.arguments ?? []).map(\.name) }

    /// The client of a server's entry; nil for any other.
    package func client() throws -> MCPClient? {
        guard case .mcp(let server) = spec.kind else { return nil }
        return try explained { () throws(ToolDefinitionError) in
            let place: MCPClient.Server =
                switch server.server {
                case .command(let arguments): .command(arguments)
                case .url(let address): .url(address)
                }
            let options = MCPClient.Options(
                allow: server.allowed, folder: folder.isEmpty ? nil : folder, environment: server.environment)
            return try MCPClient(name: spec.name, server: place, options: options, grants: grants)
        }
    }

    /// The tool of any other entry.
    package func tool() throws -> Tool {
        switch spec.kind {
        case .command(let command):
            return try self.command(command).tool(name: spec.name, purpose: spec.description, arguments: arguments)
        case .http(let request):
            return try http(request).tool(name: spec.name, purpose: spec.description, arguments: arguments)
        case .builtin(let name): return try builtin(name)
        case .mcp, .program: throw ProgramError(.data, "the tool `\(spec.name)` is not one tool")
        }
    }

    /// What the tool needs; nil for one that needs nothing.
    package func capability() throws -> Capability? {
        switch spec.kind {
        case .command(let command): try self.command(command).capability
        case .http(let request): try http(request).capability
        case .builtin("python_interpreter"): .python
        case .builtin, .program: nil
        case .mcp: try client()?.capability
        }
    }

    // MARK: Kinds

    private func command(_ command: CommandToolSpec) throws -> CommandTool {
        try explained { () throws(ToolDefinitionError) in
            var options = CommandTool.Options(
                stdin: command.stdin, folder: command.folder ?? (folder.isEmpty ? nil : folder),
                environment: command.environment, result: command.result == .json ? .json : .text)
            if let seconds = command.timeout { options.timeout = .bounded(seconds: seconds) }
            if let limit = command.maxOutput { options.outputLimit = limit }
            if let statuses = command.statuses { options.statuses = Set(statuses.map { Int32(clamping: $0) }) }
            return try CommandTool(
                command.argv, arguments: names, options: options, grants: grants)
        }
    }

    private func http(_ request: HTTPToolSpec) throws -> HTTPTool {
        let body: HTTPTool.Body? =
            switch request.body {
            case .json(let json)?: .json(json)
            case .text(let template)?: .text(template)
            case nil: nil
            }
        return try explained { () throws(ToolDefinitionError) in
            var options = HTTPTool.Options(
                headers: request.headers.map { .init($0.name, $0.value) }, body: body,
                select: request.select?.joined(separator: "."))
            if let seconds = request.timeout { options.timeout = .bounded(seconds: seconds) }
            if let limit = request.maxOutput { options.sizeLimit = limit }
            return try HTTPTool(
                request.method, request.url, arguments: names, options: options, grants: grants,
                variable: variable)
        }
    }

    private func builtin(_ name: String) throws -> Tool {
        switch name {
        case "calculator": return Builtins.calculator(name: spec.name, purpose: spec.description)
        case "now": return Builtins.now(name: spec.name, purpose: spec.description)
        case "date": return Builtins.date(name: spec.name, purpose: spec.description)
        case "python_interpreter":
            return Builtins.pythonInterpreter(name: spec.name, purpose: spec.description, grants: grants)
        default:
            let own = folder.isEmpty ? "." : folder
            var reading = grants
            // The program's own folder may be read without being asked for.
            do throws(GrantError) { try reading.add("read:\(own)") } catch { throw ProgramError(.io, error.message) }
            return Builtins.readFile(
                name: spec.name, purpose: spec.description, folder: SystemPath.resolved(own) ?? own, grants: reading)
        }
    }

    private func explained<Made>(_ make: () throws(ToolDefinitionError) -> Made) throws -> Made {
        do throws(ToolDefinitionError) { return try make() } catch {
            throw ProgramError(.data, "the tool `\(spec.name)`: \(error.part): \(error.message)")
        }
    }
}
