import DSPyCore
import OrderedJSON

/// The tools of a file, by name, and which of them somebody uses.
final class ToolScope {
    /// A tool that could be read; nil inside for one that could not.
    struct Entry {
        let name: String
        let range: Range<TextPosition>
        let tool: CheckedTool?
    }

    private let entries: [Entry]
    private var used: Set<String> = []

    init(_ entries: [Entry]) { self.entries = entries }

    var isEmpty: Bool { entries.isEmpty }

    /// Those that could be read.
    var checked: [CheckedTool] { entries.compactMap(\.tool) }

    /// All of them, as a module without `use` gets them.
    func all() -> [CheckedToolUse] {
        for entry in entries { used.insert(entry.name) }
        return entries.filter { $0.tool != nil }.map { CheckedToolUse(tool: $0.name, member: nil) }
    }

    /// The tool of a name, `grep` or `files.read_file`; one that is not there is noted.
    func use(_ use: ToolUseSpec, _ collector: DiagnosticCollector, _ source: SpecSource) -> CheckedToolUse? {
        let parts = SpecPath.parts(of: use.name)
        guard let entry = entries.first(where: { $0.name.hasSameBytes(as: parts[0]) }) else {
            let names = entries.map(\.name)
            collector.error(
                .unknownName, "there is no tool `\(use.name)`",
                help: DiagnosticCollector.meant(parts[0], names) ?? PortScope.listed(names)
                    ?? "describe it under `tools` at the top of the file", at: use.range, in: source)
            return nil
        }
        used.insert(entry.name)
        guard let tool = entry.tool else { return nil }
        guard parts.count > 1 else { return CheckedToolUse(tool: entry.name, member: nil) }
        let member = parts.dropFirst().joined(separator: ".")
        guard case .mcp(let server) = tool.spec.kind else {
            collector.error(
                .unknownName, "`\(entry.name)` is a tool and no server, so it has no `\(member)`",
                help: "write \"\(entry.name)\"", at: use.range, in: source)
            return nil
        }
        if let allowed = server.allowed, !allowed.contains(member) {
            collector.error(
                .unknownName, "`\(entry.name)` allows no tool `\(member)`",
                help: DiagnosticCollector.meant(member, allowed) ?? "name it under `allow`", at: use.range, in: source)
            return nil
        }
        return CheckedToolUse(tool: entry.name, member: member)
    }

    /// What is known of a tool.
    func tool(_ use: CheckedToolUse) -> CheckedTool? { entries.first { $0.name == use.tool }?.tool }

    /// Warns of tools that no node can call.
    func tellUnused(_ collector: DiagnosticCollector, _ source: SpecSource) {
        for entry in entries where entry.tool != nil && !used.contains(entry.name) {
            collector.warning(
                .unused, "no node calls the tool `\(entry.name)`",
                help: "an agent (`\"module\": \"ReAct\"`) or a node with `tool` does", at: entry.range, in: source)
        }
    }
}

extension SpecChecker {
    /// The tools that a file describes.
    func tools(of program: ProgramSpec, _ inherited: Inherited) -> ToolScope {
        ToolScope(
            program.tools.map { declaration in
                ToolScope.Entry(
                    name: declaration.name, range: declaration.nameRange,
                    tool: tool(declaration, program, inherited))
            })
    }

    private func tool(_ declaration: ToolDeclaration, _ program: ProgramSpec, _ around: Inherited) -> CheckedTool? {
        guard let spec = declaration.spec else { return nil }
        guard let inner = declaration.program else { return CheckedTool(spec: spec, program: nil) }
        // A tool runs on the file's model, but it is no part of the file's module calls.
        var inherited = Inherited()
        inherited.lm = program.root.lm ?? around.lm
        inherited.adapter = program.root.adapter ?? around.adapter
        guard let checked = check(inner, inherited) else { return nil }
        for (place, bound) in declaration.bound.enumerated() {
            guard let port = checked.arguments.first(where: { $0.name == bound.name }) else {
                collector.error(
                    .unknownField, "`bind` speaks of `\(bound.name)`, which is no input of the program",
                    help: help(bound.name, checked.arguments.map(\.name)), at: bound.nameRange, in: program.root.source)
                continue
            }
            guard case .field(let type?) = port.shape, case .literal(let value) = spec.bound[place].value else {
                continue
            }
            do throws(ValidationError) { _ = try type.fit(value) } catch {
                collector.error(
                    .type, "the value of `\(bound.name)` does not fit \(type.name): \(error)", at: bound.valueRange,
                    in: program.root.source)
            }
        }
        return CheckedTool(spec: spec, program: checked)
    }

    /// A tool call without a model.
    func toolCall(_ call: ToolCallSpec, _ node: NodeSpec, _ inherited: Inherited) -> Inner? {
        guard let use = inherited.tools.use(call.tool, collector, node.source), let tool = inherited.tools.tool(use)
        else { return nil }
        if case .mcp = tool.spec.kind, use.member == nil {
            collector.error(
                .shape, "`\(use.tool)` is a server; name one of its tools", help: "write \"\(use.tool).NAME\"",
                at: call.tool.range, in: node.source)
            return nil
        }
        let arguments = arguments(of: tool)
        var constants = ValueDict()
        for (name, range, value, valueRange) in call.constants {
            constants[name] = value
            guard let arguments else { continue }
            guard let argument = arguments.first(where: { $0.name == name }) else {
                collector.error(
                    .unknownField, "`with` speaks of `\(name)`, which the tool does not take",
                    help: help(name, arguments.map(\.name)), at: range, in: node.source)
                continue
            }
            guard case .field(let type?) = argument.shape else { continue }
            do throws(ValidationError) { constants[name] = try type.fit(value) } catch {
                collector.error(
                    .type, "the value of `\(name)` does not fit \(type.name): \(error)", at: valueRange,
                    in: node.source)
            }
        }
        let named = node.renames.map(\.input)
        // An argument that may be left out is given only where the node says so.
        let inputs =
            arguments?.filter { named.contains($0.name) || !$0.isOptional && constants[$0.name] == nil }
            ?? named.map { Port(name: $0, shape: .field(nil)) }
            + implied(inherited.outer.givenNames.filter { !named.contains($0) && constants[$0] == nil })
        let (outputs, output) = outputs(of: tool, call)
        return (.tool(CheckedToolCall(tool: use, constants: constants, output: output)), inputs, outputs)
    }

    /// What a server's tool may take of the scope: which of these are its arguments only the server knows.
    private func implied(_ names: [String]) -> [Port] {
        names.map { name in
            var port = Port(name: name, shape: .field(nil), isOptional: true)
            port.isImplied = true
            return port
        }
    }

    /// The arguments that a caller gives; nil when only the tool itself knows them.
    private func arguments(of tool: CheckedTool) -> [Port]? {
        let bound = tool.spec.bound.map(\.name)
        if let program = tool.program { return program.arguments.filter { !bound.contains($0.name) } }
        return tool.spec.arguments?.filter { !bound.contains($0.name) }.map { argument in
            Port(
                name: argument.name, shape: .field(argument.type), description: argument.description,
                isOptional: argument.defaultValue != nil)
        }
    }

    private func outputs(of tool: CheckedTool, _ call: ToolCallSpec) -> (ports: [Port], output: String?) {
        if let program = tool.program, call.output == nil { return (program.outputs, nil) }
        let name = call.output ?? "result"
        let type: FieldType? =
            switch tool.spec.kind {
            case .command(let command) where command.result == .text: .string
            case .program: .dict(.string, .any)
            default: nil
            }
        return ([Port(name: name, shape: .field(type))], name)
    }
}
