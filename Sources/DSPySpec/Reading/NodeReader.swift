import DSPy
import OrderedJSON

/// Reads nodes: their kind, what is said of them, and what stands inside.
struct NodeReader {
    let source: SpecSource
    let types: [String: FieldType]
    let lms: [String: LMSpec]
    var reader: SpecReader

    private var collector: DiagnosticCollector { reader.collector }

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
        guard let kind = kind(object) else { return node }
        node.kind = read(kind, object, depth)
        return node
    }

    // MARK: Keys

    private func checkKeys(_ object: PositionedObject, isTop: Bool) {
        // A kind that is not there yet is told once, not with each of its companions.
        let isLater = object.members.contains {
            SpecKeys.key($0.key).map { $0.place == .kind && !$0.isAvailable } ?? false
        }
        let hasKind = object.members.contains { SpecKeys.kinds.contains($0.key) }
        for member in object.members {
            guard let key = SpecKeys.key(member.key) else {
                collector.error(
                    .unknownKey, "unknown key `\(member.key)`",
                    help: DiagnosticCollector.closest(to: member.key, among: SpecKeys.all.map(\.name)).map {
                        "did you mean `\($0)`?"
                    },
                    at: member.keyRange, in: source)
                continue
            }
            if !key.isAvailable {
                guard key.place == .kind || !isLater else { continue }
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
            } else if key.place == .signature, object["signature"] == nil, !isLater, hasKind {
                collector.error(
                    .unknownKey, "`\(key.name)` belongs beside `signature`", at: member.keyRange, in: source)
            }
        }
    }

    private func kind(_ object: PositionedObject) -> PositionedMember? {
        let kinds = object.members.filter { SpecKeys.kinds.contains($0.key) }
        if kinds.contains(where: { SpecKeys.key($0.key)?.isAvailable == false }) { return nil }
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
        if let value = object["module"]?.value {
            let modules = ["Predict", "ChainOfThought"]
            if let module = value.string, modules.contains(module) {
                node.module = module
            } else {
                let known =
                    modules + ["ReAct", "MultiChainComparison", "BestOfN", "Refine", "ProgramOfThought", "CodeAct"]
                let isLater = known.contains(value.string ?? "")
                collector.error(
                    isLater ? .unavailable : .unknownName,
                    isLater
                        ? "the module \(value.string ?? "") is not part of this version"
                        : "there is no module \(value.json.text())",
                    help: DiagnosticCollector.closest(to: value.string ?? "", among: modules).map {
                        "did you mean \"\($0)\"?"
                    }
                        ?? "this version has \(modules.map { "\"\($0)\"" }.joined(separator: ", "))",
                    at: value.range, in: source)
            }
        }
        if let value = object["lm"]?.value {
            node.lm = models.lm(value, key: "lm")
        }
        if let value = object["adapter"]?.value { node.adapter = models.adapter(value) }
        if let value = object["config"]?.value {
            if let config = value.object {
                node.config = models.options(config)
            } else {
                wrongKind("config", "an object", value)
            }
        }
        if let value = object["in"]?.value { node.renames = renames(value) }
    }

    /// A name with `-` read as `_`, so that `four-views` is a name.
    private static func identifier(_ name: String) -> String { PythonString.replace(name, "-", with: "_") }

    private func wrongKind(_ key: String, _ wanted: String, _ value: PositionedJSON) {
        collector.wrongKind(key, wanted, value, in: source)
    }

    private var models: ModelReader { ModelReader(lms: lms, source: source, collector: collector) }

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

    private mutating func read(_ kind: PositionedMember, _ object: PositionedObject, _ depth: Int) -> NodeSpec.Kind {
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
