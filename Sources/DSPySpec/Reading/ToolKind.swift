import DSPyCore

/// What a tool of a program file is, by the key that says so; a new kind that lacks an answer anywhere does not compile.
enum ToolKind: String, CaseIterable {
    case command, http, builtin, mcp, program

    /// A key with what may stand behind it.
    typealias Member = (name: String, shape: SpecKeys.Shape)

    /// What may stand behind the key itself.
    var shape: SpecKeys.Shape {
        switch self {
        case .command: .list(.text, atLeast: 1)
        case .http, .program: .text
        case .builtin: .oneOf(ToolSpec.builtins)
        case .mcp: .any([.list(.text, atLeast: 1), .text])
        }
    }

    /// The keys that may stand beside it, those of all tools apart.
    var options: [Member] {
        let timeout: Member = ("timeout", .seconds)
        let maxOutput: Member = ("max_output", .whole(SpecBounds.outputBytes))
        let arguments: Member = ("args", .map(.any([.text, .toolArgument])))
        switch self {
        case .command:
            return [
                arguments, ("stdin", .text), ("cwd", .text), ("env", .list(.text)), timeout, maxOutput,
                ("result", .oneOf(CommandToolSpec.Result.allCases.map(\.rawValue))),
                ("ok_statuses", .list(.whole(SpecBounds.statuses), atLeast: 1)),
            ]
        case .http:
            return [
                arguments, ("headers", .map(.text)), ("body", .anything), ("select", .text), timeout, maxOutput,
            ]
        case .mcp: return [("allow", .list(.text)), ("env", .list(.text))]
        case .builtin, .program: return []
        }
    }

    /// The keys that may stand on every tool.
    static let common: [Member] = [("description", .text), ("bind", .object)]
}
