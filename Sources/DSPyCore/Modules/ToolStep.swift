/// A call of a tool that no model decides on.
public struct ToolStep: Module {
    /// What is called.
    public var tool: Tool
    /// Arguments that are the same in every call.
    public var constants: ValueDict
    /// The output that holds the result; nil where the result is a dict whose members are the outputs.
    public var output: String?

    /// A call; inputs become arguments by their names.
    public init(_ tool: Tool, constants: ValueDict = [:], output: String? = "result") {
        self.tool = tool
        self.constants = constants
        self.output = output
    }

    /// None.
    public var submodules: [(name: String, module: any Module)] { [] }

    /// Calls the tool.
    ///
    /// - Throws: `ToolError`; `ModuleError` when the result should be a dict and is none.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        var arguments = inputs
        for (key, value) in constants { arguments[key] = value }
        try requireAll(arguments)
        let given = arguments
        let result = try await context.watchingTool(tool.name, given) { try await tool.call(given, in: context) }.get()
        if let output { return Prediction([output: result]) }
        switch result {
        case .prediction(let prediction): return Prediction(prediction.fields)
        case .dict(let members): return Prediction(members)
        default:
            throw ModuleError(
                "TypeError", "the tool `\(tool.name)` gave \(result.pythonTypeName) where its outputs were expected")
        }
    }

    /// A server's tool takes a call with anything missing; what the program forgot is better told here.
    private func requireAll(_ given: ValueDict) throws(ToolError) {
        guard tool.isOpen else { return }
        let missing = tool.arguments.filter { !$0.isOptional && !given.contains($0.name) }.map { "`\($0.name)`" }
        guard missing.isEmpty else {
            throw ToolError(
                "TypeError",
                "the tool `\(tool.name)` needs \(missing.joined(separator: ", ")), which nothing gives; say under `with` "
                    + "where it comes from")
        }
    }
}
