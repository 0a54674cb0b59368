import DSPyCore
import OrderedJSON

/// Reads nodes: their kind, what is said of them, and what stands inside.
struct NodeReader {
    let source: SpecSource
    let types: [String: FieldType]
    let lms: [String: LMSpec]
    var reader: SpecReader

    var collector: DiagnosticCollector { reader.collector }

    /// A node; what cannot be read is noted and gives a node of the kind `invalid`.
    mutating func read(_ json: PositionedJSON, depth: Int, isTop: Bool = false) -> NodeSpec {
        var node = NodeSpec(kind: .invalid, range: json.range, source: source)
        guard depth < SpecReader.maximumNodeDepth else {
            collector.error(
                .tooDeep, "nodes are nested more than \(SpecReader.maximumNodeDepth) deep", at: json.range, in: source)
            return node
        }
        if case .string = json {
            node.kind = signatureReader().read(json, in: nil).map { .signature($0) } ?? .invalid
            return node
        }
        guard let object = json.object else {
            collector.error(
                .wrongKind, "a node is an object or a signature string, found \(json.json.kindName)", at: json.range,
                in: source)
            return node
        }
        checkKeys(object, isTop: isTop)
        common(object, &node)
        guards(object, &node, depth)
        guard let kind = kind(object) else { return node }
        node.kind = read(kind, object, depth, &node)
        return node
    }

    // MARK: Keys

    private func checkKeys(_ object: PositionedObject, isTop: Bool) {
        let hasKind = object.members.contains { SpecKeys.kinds.contains($0.key) }
        for member in object.members {
            guard let key = SpecKeys.key(member.key) else {
                collector.error(
                    .unknownKey, "unknown key `\(member.key)`",
                    help: FamiliarKeys.help(for: member.key)
                        ?? DiagnosticCollector.closest(to: member.key, among: SpecKeys.all.map(\.name)).map {
                            "did you mean `\($0)`?"
                        },
                    at: member.keyRange, in: source)
                continue
            }
            if !key.isAvailable {
                collector.error(
                    .unavailable, "`\(key.name)` is not part of this version", at: member.keyRange, in: source)
            } else if key.name == "in", isTop {
                collector.error(
                    .unknownKey, "`in` belongs on a node inside `steps` or `parallel`",
                    help: "at the top nothing stands before it; a program takes its inputs by their names",
                    at: member.keyRange, in: source)
            } else if key.place == .header, !isTop {
                collector.error(
                    .unknownKey, "`\(key.name)` belongs at the top of the file, not on an inner node",
                    at: member.keyRange,
                    in: source)
            } else if hasKind, !key.isAtHome(beside: { object[$0] != nil }) {
                collector.error(
                    .unknownKey,
                    "`\(key.name)` belongs beside \(key.kinds.map { "`\($0)`" }.joined(separator: " or "))",
                    at: member.keyRange, in: source)
            }
        }
    }

    private func kind(_ object: PositionedObject) -> PositionedMember? {
        let kinds = object.members.filter { SpecKeys.kinds.contains($0.key) }
        if let second = kinds.dropFirst().first {
            collector.error(
                .shape, "a node has one of `\(kinds[0].key)` and `\(second.key)`, not both", at: second.keyRange,
                in: source)
            return nil
        }
        guard let kind = kinds.first else {
            let runs = SpecKeys.all.filter { $0.place == .kind && $0.isAvailable }.map { "`\($0.name)`" }
            // A misspelt kind key is told already as an unknown key.
            if !object.members.contains(where: { SpecKeys.key($0.key) == nil }) {
                collector.error(
                    .shape, "a node needs one of \(runs.joined(separator: ", "))",
                    at: source.character(at: object.range.lowerBound),
                    in: source)
            }
            return nil
        }
        return kind
    }

    // MARK: What any node may say

    private mutating func common(_ object: PositionedObject, _ node: inout NodeSpec) {
        if let value = object["name"]?.value {
            if let name = value.string, PythonString.isIdentifier(Self.identifier(name)) {
                node.name = name
                node.nameRange = value.range
            } else {
                collector.error(
                    .wrongKind,
                    "`name` is letters, digits, `_` and `-`, with no digit first, found \(value.json.text())",
                    at: value.range, in: source)
            }
        }
        if let value = object["title"]?.value { node.title = title(value) }
        if let value = object["module"]?.value { module(value, of: object, &node) }
        if let value = object["lm"]?.value {
            node.lm = models.lm(value, key: "lm")
        }
        if let value = object["adapter"]?.value { node.adapter = models.adapter(value) }
        if let value = object["config"]?.value {
            if let config = value.object {
                node.config = models.config(config)
            } else {
                wrongKind("config", "an object", value)
            }
        }
        if let value = object["in"]?.value { node.renames = renames(value) }
    }

    private func title(_ value: PositionedJSON) -> String? {
        guard let title = value.string else {
            wrongKind("title", "a string", value)
            return nil
        }
        if PythonString.strip(title).isEmpty {
            collector.error(
                .wrongKind, "`title` is empty", help: "without it people see the name", at: value.range, in: source)
        }
        return title
    }

    private func module(_ value: PositionedJSON, of object: PositionedObject, _ node: inout NodeSpec) {
        let name = value.string ?? ""
        let isWrapper = object["of"] != nil
        let fitting = isWrapper ? AttemptsKind.names : ModuleKind.names
        if fitting.contains(name) {
            node.module = ModuleKind(rawValue: name)
        } else if AttemptsKind.names.contains(name) {
            collector.error(
                .shape, "`\(name)` belongs on a node with `of`",
                help: #"write {"module": "\#(name)", "of": …}, with the node inside"#, at: value.range, in: source)
        } else if ModuleKind.names.contains(name) {
            collector.error(
                .shape, "`\(name)` is no module of `of`",
                help: "around a node there are \(AttemptsKind.names.joined(separator: ", ")); say `module` inside",
                at: value.range, in: source)
        } else {
            collector.error(
                .unknownName, "there is no module \(value.json.text())",
                help: DiagnosticCollector.closest(to: name, among: ModuleKind.names + AttemptsKind.names).map {
                    "did you mean \"\($0)\"?"
                } ?? "there are \(fitting.map { "\"\($0)\"" }.joined(separator: ", "))", at: value.range, in: source)
        }
    }

    /// A name with `-` read as `_`, so that `four-views` is a name.
    private static func identifier(_ name: String) -> String { PythonString.replace(name, "-", with: "_") }

    func wrongKind(_ key: String, _ wanted: String, _ value: PositionedJSON) {
        collector.wrongKind(key, wanted, value, in: source)
    }

    var models: ModelReader { ModelReader(lms: lms, source: source, collector: collector) }

    private func renames(_ value: PositionedJSON) -> [NodeSpec.Rename] {
        guard let object = value.object else {
            wrongKind("in", "an object of input and path", value)
            return []
        }
        return object.members.compactMap { member in
            guard let path = member.value.string, !path.isEmpty else {
                wrongKind("in.\(member.key)", "a path (`step.field`, `step`, `field`)", member.value)
                return nil
            }
            return .init(
                input: member.key, inputRange: member.keyRange,
                path: SpecPath.parts(of: path),
                pathRange: member.value.range)
        }
    }

    // MARK: Kinds

    private mutating func read(
        _ kind: PositionedMember, _ object: PositionedObject, _ depth: Int, _ node: inout NodeSpec
    ) -> NodeSpec.Kind {
        switch kind.key {
        case "signature": return signatureReader().read(kind.value, in: object).map { .signature($0) } ?? .invalid
        case "steps":
            guard let items = kind.value.array else {
                wrongKind("steps", "an array of nodes", kind.value)
                return .invalid
            }
            guard !items.isEmpty else {
                collector.error(.shape, "`steps` is empty", at: kind.value.range, in: source)
                return .invalid
            }
            var nodes: [NodeSpec] = []
            for item in items { nodes.append(read(item, depth: depth + 1)) }
            return .steps(nodes)
        case "parallel": return parallel(kind.value, depth)
        case "switch": return switched(kind, object, depth)
        case "if": return conditional(kind, object, depth)
        case "for_each": return forEach(kind, object, depth)
        case "loop": return loop(kind, object, depth)
        case "of": return attempts(kind, object, depth)
        case "tool": return toolCall(kind, object, &node)
        case "program":
            guard let path = kind.value.string else {
                wrongKind("program", "the path of a program file", kind.value)
                return .invalid
            }
            return reader.program(at: path, from: source, range: kind.value.range, depth: depth).map { .program($0) }
                ?? .invalid
        default: return .invalid
        }
    }

    private mutating func parallel(_ value: PositionedJSON, _ depth: Int) -> NodeSpec.Kind {
        if let items = value.array, !items.isEmpty {
            var nodes: [NodeSpec] = []
            for item in items { nodes.append(read(item, depth: depth + 1)) }
            return .merged(nodes)
        }
        guard let object = value.object else {
            if value.array == nil {
                wrongKind("parallel", "an array of nodes, or an object of named nodes", value)
            } else {
                collector.error(.shape, "`parallel` is empty", at: value.range, in: source)
            }
            return .invalid
        }
        guard !object.members.isEmpty else {
            collector.error(.shape, "`parallel` is empty", at: value.range, in: source)
            return .invalid
        }
        var branches: [NodeSpec.Branch] = []
        for member in object.members {
            if !PythonString.isIdentifier(member.key) {
                collector.error(
                    .wrongKind, "a branch's name is an identifier, found \"\(member.key)\"", at: member.keyRange,
                    in: source)
            }
            branches.append(
                .init(name: member.key, node: read(member.value, depth: depth + 1)))
        }
        return .branches(branches)
    }

    private func signatureReader() -> SignatureReader {
        SignatureReader(source: source, types: types, reader: reader)
    }
}
