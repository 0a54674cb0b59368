import Console
import DSPy
import DSPySpec
import DSPyTools

/// What a program's tools and modules want to be allowed.
enum ToolNeeds {
    /// One wish.
    struct Need: Sendable {
        /// Who wants what, in words.
        let what: String
        /// What is to be allowed.
        let capability: Capability
    }

    /// The wishes, each capability once.
    ///
    /// - Parameter name: The entry of the one tool that counts; nil for all, and the modules.
    static func needs(of program: CheckedProgram, folder: String, only name: String? = nil) throws -> [Need] {
        var needs: [Need] = []
        func add(_ what: String, _ capability: Capability) {
            guard !needs.contains(where: { $0.capability == capability }) else { return }
            needs.append(Need(what: what, capability: capability))
        }
        for spec in program.tools where name == nil || spec.name == name {
            guard let capability = try ToolMaker(spec, folder: folder, grants: .none).capability() else { continue }
            add("the tool `\(spec.name)` wants to \(deed(spec, capability))", capability)
        }
        if name == nil,
            let module = program.modules.first(where: { ["ProgramOfThought", "CodeAct", "RLM"].contains($0) })
        {
            add("the module \(module) wants to run Python code", .python)
        }
        return needs
    }

    private static func deed(_ spec: ToolSpec, _ capability: Capability) -> String {
        switch capability {
        case .run(let program): return "run \(program)"
        case .network(let host, let port): return "reach \(host):\(port)"
        case .read(let folder): return "read below \(folder)"
        case .python: return "run Python code"
        case .mcp(_, let target):
            guard case .mcp(let server) = spec.kind, case .command(let arguments) = server.server else {
                return "talk to the MCP server at \(target)"
            }
            return "run the MCP server `\(Terminal.sanitized(arguments.joined(separator: " ")))`"
        }
    }
}

extension CheckedProgram {
    /// The modules of all calls, those inside other programs included.
    var modules: [String] {
        root.predictors.map(\.predictor.module) + ownTools.flatMap { $0.program?.modules ?? [] }
    }
}
