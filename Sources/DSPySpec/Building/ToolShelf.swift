import Basics
import DSPyCore
import OrderedJSON

/// The tools that are there while a program is built: a program that is built twice, once for a fallback, has them once.
final class ToolStore {
    private var shelves: [ObjectIdentifier: ToolShelf] = [:]

    /// The tools of a program's own file.
    func shelf(of program: CheckedProgram, _ builder: ProgramBuilder) throws -> ToolShelf {
        let id = ObjectIdentifier(program.identity)
        if let shelf = shelves[id] { return shelf }
        let shelf = try ToolShelf(program, builder)
        shelves[id] = shelf
        return shelf
    }
}

/// The tools of one file, each made once.
struct ToolShelf {
    private var tools: [String: [Tool]] = [:]

    init(_ program: CheckedProgram, _ builder: ProgramBuilder) throws {
        for tool in program.ownTools {
            let made: [Tool]
            if let inner = tool.program {
                made = [Self.tool(tool.spec, inner, try builder.build(inner))]
            } else if let known = try builder.makeTools(tool.spec) {
                made = known
            } else {
                continue
            }
            tools[tool.spec.name] = try Self.bound(made, tool.spec, builder.readVariable)
        }
    }

    /// The tools that a name stands for; none of a server that is not asked.
    ///
    /// - Throws: `ModuleError` when a server does not have the one that is named.
    func tools(of use: CheckedToolUse) throws -> [Tool] {
        guard let made = tools[use.tool] else { return [] }
        guard let member = use.member else { return made }
        let chosen = made.filter { $0.name.hasSameBytes(as: member) }
        guard chosen.isEmpty else { return chosen }
        let help = Spelling.closest(to: member, among: made.map(\.name)).map { "; did you mean `\($0)`?" } ?? ""
        throw ModuleError("ValueError", "`\(use.tool)` has no tool `\(member)`\(help)")
    }

    /// A program as a tool: its inputs are the arguments, its outputs as a dict the result.
    private static func tool(_ spec: ToolSpec, _ program: CheckedProgram, _ module: any Module) -> Tool {
        let optional = program.arguments.filter(\.isOptional).map(\.name)
        let arguments = program.arguments.map { port in
            Tool.Argument(
                port.name, port.isOptional ? .optional(port.type) : port.type,
                defaultValue: port.isOptional ? Value.null : nil, description: port.description)
        }
        return Tool(
            name: spec.name, purpose: spec.description ?? program.description, arguments: arguments,
            body: .async { given, context in
                var inputs = given
                // Left out is not None: the program has a value of its own then.
                for name in optional where inputs[name]?.isNull ?? false { inputs[name] = nil }
                var context = context
                // What happens inside a tool is no part of the run's fields.
                context.observer = nil
                return .dict(try await module.call(inputs, in: context).fields)
            })
    }

    private static func bound(_ tools: [Tool], _ spec: ToolSpec, _ read: (String) -> String?) throws -> [Tool] {
        guard !spec.bound.isEmpty else { return tools }
        var values = ValueDict()
        for (name, value) in spec.bound {
            switch value {
            case .literal(let value): values[name] = value
            case .environment(let variable):
                guard let text = read(variable) else {
                    throw ModuleError(
                        "ValueError",
                        "the tool `\(spec.name)` needs the environment variable \(variable), which is not set")
                }
                values[name] = .string(text)
            }
            guard tools.contains(where: { $0.takes(name) }) else {
                throw ModuleError("ValueError", "the tool `\(spec.name)` has no argument `\(name)` to bind")
            }
        }
        return try tools.map { tool in
            try tool.binding(ValueDict(unique: values.members.filter { tool.takes($0.key.pythonString) }))
        }
    }
}

extension Tool {
    fileprivate func takes(_ name: String) -> Bool {
        extraArguments != nil || arguments.contains { $0.name.hasSameBytes(as: name) }
    }
}
