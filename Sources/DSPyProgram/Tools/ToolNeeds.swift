import DSPyCore
package import DSPySpec
import DSPyTools

/// What a program's tools and modules want to be allowed.
package enum ToolNeeds {
    /// The wishes, each capability once.
    ///
    /// - Parameter name: The entry of the one tool that counts; nil for all, and the modules.
    package static func needs(of program: CheckedProgram, folder: String, only name: String? = nil) throws -> [Need] {
        var needs: [Need] = []
        for spec in program.tools where name == nil || spec.name == name {
            let capability = try ToolMaker(spec, folder: folder, grants: .none).capability()
            if let capability {
                needs.append(
                    Need(
                        what: "the tool `\(ShownText.word(spec.name))` wants to \(deed(spec, capability))",
                        capability: capability, isRequired: false))
                continue
            }
            // A tool that may do nothing hands what it is given to a model.
            for case .environment(let variable) in spec.bound.map(\.value) {
                needs.append(
                    Need(
                        what:
                            "the tool `\(ShownText.word(spec.name))` wants to read the variable \(ShownText.word(variable))",
                        capability: .environment(variable), isRequired: true))
            }
        }
        if name == nil, let module = program.modules.first(where: { $0.runsPython }) {
            needs.append(
                Need(
                    what: "the module \(module.rawValue) wants to run Python code", capability: .python,
                    isRequired: false))
        }
        return needs.joined
    }

    private static func deed(_ spec: ToolSpec, _ capability: Capability) -> String {
        let variables = variables(of: spec)
        let reads = variables.isEmpty ? "" : ", and to read \(variables.joined(separator: ", "))"
        switch spec.kind {
        case .command(let command): return "run \(ShownText.command(command.argv))\(reads)"
        case .http(let request):
            let url = ShownText.word(ShownText.text(request.url))
            guard case .network(let host, let port) = capability else { return "send \(request.method) \(url)\(reads)" }
            return "reach \(host):\(port) (\(request.method) \(url))\(reads)"
        case .mcp(let server):
            switch server.server {
            case .command(let words): return "run the MCP server `\(ShownText.command(words))`\(reads)"
            case .url(let address): return "talk to the MCP server at \(ShownText.word(address))\(reads)"
            }
        case .builtin, .program: return "run Python code\(reads)"
        }
    }

    /// The variables that a tool reads.
    private static func variables(of spec: ToolSpec) -> [String] {
        var names = spec.bound.compactMap { if case .environment(let name) = $0.value { name } else { nil } }
        func add(_ template: TextTemplate) {
            for case .environment(let name) in template.parts { names.append(name) }
        }
        switch spec.kind {
        case .command(let command): names += command.environment
        case .http(let request):
            add(request.url)
            request.headers.forEach { add($0.value) }
            switch request.body {
            case .text(let text)?: add(text)
            case .json(let json)?: names += OptionVariables.names(in: json)
            case nil: break
            }
        case .mcp(let server): names += server.environment
        case .builtin, .program: break
        }
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }.map(ShownText.word)
    }
}
