import DSPyCore
import OrderedJSON

/// A tool of a file as it is read: what it is, and the program that it runs if it runs one.
package struct ToolDeclaration: Sendable {
    /// What it is; nil for one that cannot be read, whose name must not be told again by each that uses it.
    let spec: ToolSpec?
    /// Its name.
    let name: String
    /// Where the name stands.
    let nameRange: Range<TextPosition>
    /// Fixed arguments with the places of their names and values.
    let bound: [(name: String, nameRange: Range<TextPosition>, valueRange: Range<TextPosition>)]
    /// The program of a `program` tool.
    let program: ProgramSpec?
}

/// Reads `tools`: each is one kind, `command`, `http`, `builtin`, `mcp` or `program`, with its arguments and options.
struct ToolReader {
    let source: SpecSource
    let types: [String: FieldType]
    var reader: SpecReader
    let depth: Int

    var collector: DiagnosticCollector { reader.collector }

    private static let kinds = ToolKind.allCases.map(\.rawValue)
    private static let common = ToolKind.common.map(\.name)

    mutating func read(_ object: PositionedObject) -> [ToolDeclaration] {
        guard let value = object["tools"]?.value else { return [] }
        guard let declared = value.object else {
            wrongKind("tools", "an object of tools by name", value)
            return []
        }
        var tools: [ToolDeclaration] = []
        for member in declared.members {
            if !PythonString.isIdentifier(member.key) {
                collector.error(
                    .wrongKind, "a tool's name is an identifier, found \"\(member.key)\"", at: member.keyRange,
                    in: source)
            }
            tools.append(tool(member))
        }
        return tools
    }

    func wrongKind(_ what: String, _ wanted: String, _ value: PositionedJSON) {
        collector.wrongKind(what, wanted, value, in: source)
    }

    private mutating func tool(_ member: PositionedMember) -> ToolDeclaration {
        func unreadable() -> ToolDeclaration {
            ToolDeclaration(spec: nil, name: member.key, nameRange: member.keyRange, bound: [], program: nil)
        }
        guard let object = member.value.object else {
            wrongKind(member.key, "an object with one of \(Self.shownKinds)", member.value)
            return unreadable()
        }
        let kinds = object.members.filter { Self.kinds.contains($0.key) }
        if let second = kinds.dropFirst().first {
            collector.error(
                .shape, "a tool has one of `\(kinds[0].key)` and `\(second.key)`, not both", at: second.keyRange,
                in: source)
            return unreadable()
        }
        checkKeys(object, kinds.first?.key)
        guard let said = kinds.first, let kind = ToolKind(rawValue: said.key) else {
            if !object.members.contains(where: { DiagnosticCollector.closest(to: $0.key, among: Self.kinds) != nil }) {
                collector.error(
                    .shape, "the tool `\(member.key)` needs one of \(Self.shownKinds)",
                    at: source.character(at: member.value.range.lowerBound), in: source)
            }
            return unreadable()
        }
        let arguments =
            kind.options.contains { $0.name == "args" }
            ? ArgumentReader(source: source, types: types, collector: collector).arguments(object, of: member.key) : nil
        let bound = bound(object, arguments)
        var program: ProgramSpec?
        guard let read = read(kind, said.value, object, arguments ?? [], &program) else { return unreadable() }
        let spec = ToolSpec(
            name: member.key, description: string(object, "description") ?? program?.description, arguments: arguments,
            bound: bound.map { ($0.name, $0.value) }, kind: read)
        return ToolDeclaration(
            spec: spec, name: member.key, nameRange: member.keyRange,
            bound: bound.map { ($0.name, $0.nameRange, $0.valueRange) }, program: program)
    }

    private static var shownKinds: String { kinds.map { "`\($0)`" }.joined(separator: ", ") }

    private func checkKeys(_ object: PositionedObject, _ kind: String?) {
        let own = kind.flatMap { ToolKind(rawValue: $0) }?.options.map(\.name)
        let all = Self.kinds + Self.common + ToolKind.allCases.flatMap(\.options).map(\.name)
        for member in object.members where !Self.common.contains(member.key) && member.key != kind {
            if own?.contains(member.key) ?? all.contains(member.key) { continue }
            let homes = ToolKind.allCases.filter { kind in kind.options.contains { $0.name == member.key } }
                .map { "`\($0.rawValue)`" }
            if !homes.isEmpty, let kind {
                collector.error(
                    .unknownKey, "`\(member.key)` belongs beside \(homes.joined(separator: " or "))",
                    help: member.key == "args" ? "a `\(kind)` tool says its arguments itself" : nil,
                    at: member.keyRange, in: source)
                continue
            }
            let known = own.map { Self.common + $0 } ?? all
            collector.error(
                .unknownKey, "a tool has no key `\(member.key)`",
                help: DiagnosticCollector.meant(member.key, known)
                    ?? "it may have \(known.map { "`\($0)`" }.joined(separator: ", "))", at: member.keyRange,
                in: source)
        }
    }

    // MARK: Kinds

    private mutating func read(
        _ kind: ToolKind, _ value: PositionedJSON, _ object: PositionedObject, _ arguments: [ToolSpec.Argument],
        _ program: inout ProgramSpec?
    ) -> ToolSpec.Kind? {
        switch kind {
        case .command: return command(value, object, arguments).map { .command($0) }
        case .http: return http(value, object, arguments).map { .http($0) }
        case .mcp: return server(value, object).map { .mcp($0) }
        case .builtin:
            guard let name = value.string, ToolSpec.builtins.contains(name) else {
                collector.error(
                    .unknownName, "there is no built-in tool \(value.json.text())",
                    help: DiagnosticCollector.closest(to: value.string ?? "", among: ToolSpec.builtins).map {
                        "did you mean \"\($0)\"?"
                    } ?? "there are \(ToolSpec.builtins.joined(separator: ", "))", at: value.range, in: source)
                return nil
            }
            return .builtin(name)
        case .program:
            guard let path = value.string else {
                wrongKind("program", "the path of a program file", value)
                return nil
            }
            program = reader.program(at: path, from: source, range: value.range, depth: depth)
            return program == nil ? nil : .program(path: path)
        }
    }

    private func server(_ value: PositionedJSON, _ object: PositionedObject) -> MCPTools? {
        let server: MCPTools.Server
        if let url = value.string {
            guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
                wrongKind("mcp", "a command as an array of strings, or an https address", value)
                return nil
            }
            refuseSecrets(inAddress: url, value)
            server = .url(url)
            if let member = object["env"] {
                collector.error(
                    .unknownKey, "`env` belongs to a server that is a command", at: member.keyRange, in: source)
            }
        } else if let command = strings(value), !command.isEmpty {
            refuseSecrets(in: value)
            server = .command(command)
        } else {
            wrongKind("mcp", "a command as an array of strings, or an https address", value)
            return nil
        }
        return MCPTools(
            server: server, allowed: names(object, "allow", "the names of the server's tools"),
            environment: environment(object))
    }

    // MARK: Options

    func string(_ object: PositionedObject, _ key: String) -> String? {
        guard let value = object[key]?.value else { return nil }
        if value.string == nil { wrongKind(key, "a string", value) }
        return value.string
    }

    func strings(_ value: PositionedJSON) -> [String]? {
        guard let items = value.array else { return nil }
        let texts = items.compactMap(\.string)
        return texts.count == items.count ? texts : nil
    }

    private func names(_ object: PositionedObject, _ key: String, _ what: String) -> [String]? {
        guard let value = object[key]?.value else { return nil }
        guard let names = strings(value) else {
            wrongKind(key, what, value)
            return nil
        }
        return names
    }

    /// The names of environment variables.
    func environment(_ object: PositionedObject) -> [String] {
        guard let value = object["env"]?.value else { return [] }
        let wanted = "the names of environment variables"
        guard let names = strings(value) else {
            wrongKind("env", wanted, value)
            return []
        }
        for (name, item) in zip(names, value.array ?? []) where !PythonString.isIdentifier(name) {
            if let sign = name.utf8.firstIndex(of: UInt8(ascii: "=")) {
                collector.error(
                    .secret, "a value of the environment may not stand in a program file",
                    help: "name the variable alone, \"\(name[..<sign])\"; the caller sets it", at: item.range,
                    in: source)
            } else {
                wrongKind("env", wanted, item)
            }
        }
        return names
    }

    func seconds(_ object: PositionedObject) -> Double? {
        guard let value = object["timeout"]?.value else { return nil }
        return SpecNumber.seconds(value, "timeout", collector, source)
    }

    func maxOutput(_ object: PositionedObject) -> Int? {
        guard let value = object["max_output"]?.value else { return nil }
        return SpecNumber.whole(value, "max_output", SpecBounds.outputBytes, collector, source)
    }

    // MARK: Fixed arguments

    private typealias Bound = (
        name: String, value: ToolSpec.BoundValue, nameRange: Range<TextPosition>, valueRange: Range<TextPosition>
    )

    private func bound(_ object: PositionedObject, _ arguments: [ToolSpec.Argument]?) -> [Bound] {
        guard let value = object["bind"]?.value else { return [] }
        guard let members = value.object?.members else {
            wrongKind("bind", "an object of argument and value", value)
            return []
        }
        return members.compactMap { member in
            let argument = arguments?.first { $0.name == member.key }
            if let arguments, argument == nil {
                collector.error(
                    .unknownField, "`bind` speaks of `\(member.key)`, which is no argument of the tool",
                    help: DiagnosticCollector.meant(member.key, arguments.map(\.name))
                        ?? PortScope.listed(arguments.map(\.name)), at: member.keyRange, in: source)
                return nil
            }
            if let text = member.value.string,
                let name = TextTemplate(text, readsEnvironment: true).onlyVariable
            {
                return (member.key, .environment(name), member.keyRange, member.value.range)
            }
            if SecretNames.isSecret(member.key), member.value.string != nil {
                collector.error(
                    .secret, "a key may not stand in a program file", help: "write \"${env:NAME}\"",
                    at: member.value.range, in: source)
                return nil
            }
            var literal = Value(member.value.json)
            if let argument {
                do throws(ValidationError) { literal = try argument.type.fit(literal) } catch {
                    collector.error(
                        .type, "the value of `\(member.key)` does not fit \(argument.type.name): \(error)",
                        at: member.value.range, in: source)
                }
            }
            return (member.key, .literal(literal), member.keyRange, member.value.range)
        }
    }
}
