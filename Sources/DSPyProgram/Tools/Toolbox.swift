package import DSPyCore
import DSPyClients
package import DSPySpec
package import DSPyTools
import OrderedJSON

/// The tools of a program, made to act as far as the caller of the program allows it.
///
/// Tools that are not granted are made all the same: a model that calls one is told so, and the run goes on.
package struct Toolbox: Sendable {
    /// What the caller allows.
    package let grants: Grants
    private let folder: String
    private let made: [ToolSpec: [Tool]]
    private let clients: [MCPClient]

    /// Makes the tools of a program; servers are started and asked for theirs.
    ///
    /// - Parameters:
    ///   - grants: What the tools may do; has been asked for already.
    ///   - name: The entry of the one tool that will be called; nil for all.
    /// - Throws: `ProgramError` for a tool that cannot be made, `ToolError` for a server that fails or is not granted.
    package init(
        _ program: CheckedProgram, folder: String, _ grants: Grants, _ settings: RunSettings, only name: String? = nil
    ) async throws {
        self.folder = folder
        self.grants = grants
        var made: [ToolSpec: [Tool]] = [:]
        var clients: [MCPClient] = []
        for spec in program.tools where made[spec] == nil {
            if case .program = spec.kind { continue }
            // A server that is not called need not be started.
            if let name, name != spec.name, case .mcp = spec.kind {
                made[spec] = []
                continue
            }
            let maker = ToolMaker(spec, folder: folder, grants: grants, variable: settings.variable)
            if let client = try maker.client() {
                clients.append(client)
                made[spec] = try await client.tools()
            } else {
                made[spec] = [try maker.tool()]
            }
        }
        self.made = made
        self.clients = clients
    }

    /// The tools of an entry.
    package func tools(of spec: ToolSpec) throws -> [Tool] {
        guard let tools = made[spec] else { throw ModuleError("ValueError", "nothing runs the tool `\(spec.name)`") }
        return tools
    }

    /// What runs Python code for modules that write it.
    package var interpreter: CodeInterpreterFactory {
        PythonInterpreter.factory(for: "Python code", grants: grants)
    }

    /// Ends the servers that were started.
    package func close() async {
        for client in clients { await client.close() }
    }
}
