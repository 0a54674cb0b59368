import Console
import DSPy
import DSPyClients
import DSPySpec
import DSPyTools
import OrderedJSON

/// Makes one tool of a file's entry.
struct ToolMaker {
    private let spec: ToolSpec
    private let folder: String
    private let grants: Grants

    /// - Parameter folder: The program's folder, where reading starts.
    init(_ spec: ToolSpec, folder: String, grants: Grants) {
        self.spec = spec
        self.folder = folder
        self.grants = grants
    }

    private var arguments: [DSPy.Tool.Argument] {
        (spec.arguments ?? []).map {
            DSPy.Tool.Argument($0.name, $0.type, defaultValue: $0.defaultValue, description: $0.description)
        }
    }

    private var names: [String] { (spec.arguments ?? []).map(\.name) }

    /// The client of a server's entry; nil for any other.
    func client() throws -> MCPClient? {
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
    func tool() throws -> DSPy.Tool {
        switch spec.kind {
        case .command(let command):
            return try self.command(command).tool(name: spec.name, purpose: spec.description, arguments: arguments)
        case .http(let request):
            return try http(request).tool(name: spec.name, purpose: spec.description, arguments: arguments)
        case .builtin(let name): return try builtin(name)
        case .mcp, .program: throw Failure(.data, "the tool `\(spec.name)` is not one tool")
        }
    }

    /// What the tool needs; nil for one that needs nothing.
    func capability() throws -> Capability? {
        switch spec.kind {
        case .command(let command): try self.command(command).capability
        case .http(let request): try http(request).capability
        case .builtin("python_interpreter"): .python
        case .builtin, .program: nil
        case .mcp: try client()?.capability
        }
    }

    // MARK: Kinds

    private func command(_ command: DSPySpec.CommandTool) throws -> DSPyTools.CommandTool {
        try explained { () throws(ToolDefinitionError) in
            var options = DSPyTools.CommandTool.Options(
                stdin: command.stdin?.text, folder: command.folder ?? (folder.isEmpty ? nil : folder),
                environment: command.environment, result: command.result == .json ? .json : .text)
            if let seconds = command.timeout { options.timeout = .seconds(seconds) }
            if let limit = command.maxOutput { options.outputLimit = limit }
            return try DSPyTools.CommandTool(
                command.argv.map(\.text), arguments: names, options: options, grants: grants)
        }
    }

    private func http(_ request: DSPySpec.HTTPTool) throws -> DSPyTools.HTTPTool {
        var secrets: [String] = []
        func filled(_ template: ToolTemplate, escaping: (String) -> String = { $0 }) -> String {
            template.parts.map { part in
                switch part {
                case .text(let text): return Self.literal(text)
                case .argument(let name): return "{\(name)}"
                case .environment(let name):
                    let value = Environment.value(name) ?? ""
                    if !value.isEmpty { secrets.append(value) }
                    return Self.literal(escaping(value))
                }
            }.joined()
        }
        let headers = request.headers.map { DSPyTools.HTTPTool.Header($0.name, filled($0.value)) }
        let body: DSPyTools.HTTPTool.Body? =
            switch request.body {
            case .json(let json)?: .json(Self.strings(in: json) { filled(ToolTemplate($0, readsEnvironment: true)) })
            case .text(let template)?: .text(filled(template))
            case nil: nil
            }
        let address = filled(request.url) { Self.percentEncoded($0) }
        var options = DSPyTools.HTTPTool.Options(
            headers: headers, body: body, select: request.select?.joined(separator: "."), secrets: secrets)
        if let seconds = request.timeout { options.timeout = .seconds(seconds) }
        if let limit = request.maxOutput { options.sizeLimit = limit }
        let finished = options
        return try explained { () throws(ToolDefinitionError) in
            try DSPyTools.HTTPTool(
                "\(request.method) \(address)", arguments: names, options: finished, grants: grants)
        }
    }

    private func builtin(_ name: String) throws -> DSPy.Tool {
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
            do throws(GrantError) { try reading.add("read:\(own)") } catch { throw Failure(.io, error.message) }
            return Builtins.readFile(
                name: spec.name, purpose: spec.description, folder: Environment.resolved(own) ?? own, grants: reading)
        }
    }

    // MARK: Templates

    private func explained<Made>(_ make: () throws(ToolDefinitionError) -> Made) throws -> Made {
        do throws(ToolDefinitionError) { return try make() } catch {
            throw Failure(.data, "the tool `\(spec.name)`: \(error.part): \(error.message)")
        }
    }

    /// Text in which `{name}` is no place for an argument.
    private static func literal(_ text: String) -> String {
        ToolTemplate(text).parts.map { part in
            switch part {
            case .text(let plain): plain
            case .argument(let name): "{{\(name)}}"
            case .environment(let name): "${env:\(name)}"
            }
        }.joined()
    }

    private static func strings(in json: JSON, _ change: (String) -> String) -> JSON {
        switch json {
        case .string(let text): .string(change(text))
        case .array(let items): .array(items.map { strings(in: $0, change) })
        case .object(let object): .object(JSONObject(object.members.map { ($0.key, strings(in: $0.value, change)) }))
        default: json
        }
    }

    private static func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
