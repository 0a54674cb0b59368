import DSPyCore
import OrderedJSON

extension NodeReader {
    // MARK: Branches

    mutating func switched(_ kind: PositionedMember, _ object: PositionedObject, _ depth: Int) -> NodeSpec.Kind {
        let path = path(kind.value, "switch", "a path (`field`, `step.field`)")
        guard let given = object["cases"]?.value else {
            missing("cases", of: "switch", #"write "cases": {"low": …, "high": …}"#, kind)
            return .invalid
        }
        guard let members = given.object?.members, !members.isEmpty else {
            if given.object == nil {
                wrongKind("cases", "an object of value and node", given)
            } else {
                collector.error(.shape, "`cases` is empty", at: given.range, in: source)
            }
            return .invalid
        }
        var cases: [(label: String, range: Range<TextPosition>, node: NodeSpec)] = []
        for member in members {
            cases.append((member.key, member.keyRange, read(member.value, depth: depth + 1)))
        }
        let otherwise = inner("else", object, depth)
        guard let path else { return .invalid }
        return .switched(
            SwitchSpec(
                path: path, cases: cases, otherwise: otherwise, otherwiseRange: object["else"]?.keyRange,
                range: kind.value.range))
    }

    mutating func conditional(_ kind: PositionedMember, _ object: PositionedObject, _ depth: Int) -> NodeSpec.Kind {
        let condition = expression(kind.value, "if")
        guard let then = inner("then", object, depth) else {
            missing("then", of: "if", #"write "then": {…}, the node that runs when it holds"#, kind)
            return .invalid
        }
        let otherwise = inner("else", object, depth)
        guard let condition else { return .invalid }
        return .conditional(ConditionSpec(condition: condition, then: then, otherwise: otherwise))
    }

    // MARK: Repetition

    mutating func forEach(_ kind: PositionedMember, _ object: PositionedObject, _ depth: Int) -> NodeSpec.Kind {
        let list = path(kind.value, "for_each", "the path of a list (`field`, `step.field`)")
        let body = inner("do", object, depth)
        if body == nil { missing("do", of: "for_each", #"write "do": {…}, the node that runs for every item"#, kind) }
        let item = identifier(object, "as", "the name of an item, an identifier")
        if object["as"] == nil { missing("as", of: "for_each", #"write "as": "item""#, kind) }
        var concurrency = 8
        if let value = object["concurrency"]?.value {
            concurrency =
                SpecNumber.whole(value, "concurrency", SpecBounds.concurrency, collector, source) ?? concurrency
        }
        var onError = ForEach.ErrorPolicy.fail
        if let value = object["on_error"]?.value {
            if let policy = value.string.flatMap(ForEach.ErrorPolicy.init(rawValue:)) {
                onError = policy
            } else {
                wrongKind("on_error", "\"fail\", \"skip\" or \"null\"", value)
            }
        }
        let collect = collect(object)
        guard let list, let body, let item else { return .invalid }
        return .forEach(
            ForEachSpec(
                list: list, item: item.name, itemRange: item.range, body: body, collect: collect,
                concurrency: concurrency, onError: onError))
    }

    private func collect(_ object: PositionedObject) -> (name: String, path: PathSpec)? {
        guard let value = object["collect"]?.value else { return nil }
        let wanted = "an output of the node, or {name: path}"
        if let text = value.string, !text.isEmpty {
            let parts = SpecPath.parts(of: text)
            return (parts[parts.count - 1], PathSpec(parts: parts, range: value.range))
        }
        guard let members = value.object?.members, members.count == 1, let text = members[0].value.string, !text.isEmpty
        else {
            wrongKind("collect", wanted, value)
            return nil
        }
        if !PythonString.isIdentifier(members[0].key) {
            collector.error(
                .wrongKind, "an output's name is an identifier, found \"\(members[0].key)\"", at: members[0].keyRange,
                in: source)
        }
        return (members[0].key, PathSpec(parts: SpecPath.parts(of: text), range: members[0].value.range))
    }

    // MARK: Attempts

    mutating func attempts(_ kind: PositionedMember, _ object: PositionedObject, _ depth: Int) -> NodeSpec.Kind {
        let body = read(kind.value, depth: depth + 1)
        var count: Int?
        if let value = object["n"]?.value {
            count = SpecNumber.whole(value, "n", SpecBounds.generations, collector, source)
        }
        let reward = object["reward"].flatMap { expression($0.value, "reward") }
        var threshold: Double?
        if let value = object["threshold"]?.value {
            threshold = value.json.number
            if threshold == nil { wrongKind("threshold", "a number", value) }
        }
        guard let member = object["module"] else {
            missing("module", of: "of", #"write "module": "BestOfN", "Refine" or "Majority""#, kind)
            return .invalid
        }
        guard let module = member.value.string.flatMap({ AttemptsKind(rawValue: $0) }) else { return .invalid }
        let field = identifier(object, "field", "the name of an output")
        func refuse(_ keys: [String], _ help: String) {
            for key in keys {
                guard let member = object[key] else { continue }
                collector.error(
                    .unknownKey, "`\(module.rawValue)` has no `\(key)`", help: help, at: member.keyRange, in: source)
            }
        }
        if module == .majority {
            refuse(["threshold", "reward"], "it counts the answers")
        } else {
            refuse(["field"], "its `reward` speaks of any output")
            if object["n"] == nil { missing("n", of: module.rawValue, #"write "n": 3, how many attempts"#, kind) }
            if object["reward"] == nil {
                missing("reward", of: module.rawValue, #"write "reward": "len(answer) < 80""#, kind)
            }
            guard count != nil, reward != nil else { return .invalid }
        }
        return .attempts(
            AttemptsSpec(
                body: body, module: module, count: count, threshold: threshold, reward: reward, field: field,
                text: NodeText(source: source).text(of: kind.value)))
    }

    // MARK: Tools

    func toolCall(
        _ kind: PositionedMember, _ object: PositionedObject, _ node: inout NodeSpec
    ) -> NodeSpec.Kind {
        guard let name = kind.value.string, !name.isEmpty else {
            wrongKind("tool", "the name of a tool", kind.value)
            return .invalid
        }
        var constants: [(name: String, range: Range<TextPosition>, value: Value, valueRange: Range<TextPosition>)] = []
        let wanted = "a path, or {\"value\": …} for a fixed value"
        if let value = object["with"]?.value {
            if value.object == nil { wrongKind("with", "an object of argument and path", value) }
            for member in value.members {
                if let path = member.value.string, !path.isEmpty {
                    node.renames.append(
                        .init(
                            input: member.key, inputRange: member.keyRange, path: SpecPath.parts(of: path),
                            pathRange: member.value.range))
                } else if let fixed = member.value["value"], member.value.members.count == 1 {
                    constants.append((member.key, member.keyRange, Value(fixed.json), fixed.range))
                } else {
                    wrongKind("with.\(member.key)", wanted, member.value)
                }
            }
        }
        let output = identifier(object, "as", "the name of the output, an identifier")
        return .tool(
            ToolCallSpec(
                tool: ToolUseSpec(name: name, range: kind.value.range), constants: constants, output: output?.name))
    }

    // MARK: What stands around a node

    mutating func guards(_ object: PositionedObject, _ node: inout NodeSpec, _ depth: Int) {
        if let value = object["timeout"]?.value {
            node.timeout = SpecNumber.seconds(value, "timeout", collector, source)
        }
        if let value = object["retry"]?.value { node.retry = retry(value) }
        if let value = object["fallback"]?.value { node.fallback = fallback(value, depth) }
    }

    private func retry(_ value: PositionedJSON) -> RetrySpec? {
        guard let object = value.object else {
            guard value.json.number != nil else {
                wrongKind("retry", "a number, or an object with `attempts` and `wait`", value)
                return nil
            }
            return SpecNumber.whole(value, "retry", SpecBounds.attempts, collector, source).map {
                RetrySpec(attempts: $0, wait: 0)
            }
        }
        for member in object.members where !["attempts", "wait"].contains(member.key) {
            collector.error(
                .unknownKey, "`retry` has no key `\(member.key)`",
                help: DiagnosticCollector.meant(member.key, ["attempts", "wait"]) ?? "it has `attempts` and `wait`",
                at: member.keyRange, in: source)
        }
        guard let attempts = object["attempts"]?.value else {
            collector.error(
                .shape, "`retry` has no `attempts`", help: #"write {"attempts": 2, "wait": 1}"#, at: value.range,
                in: source)
            return nil
        }
        var wait = 0.0
        if let value = object["wait"]?.value {
            wait = SpecNumber.seconds(value, "retry.wait", collector, source, mayBeZero: true) ?? 0
        }
        return SpecNumber.whole(attempts, "retry.attempts", SpecBounds.attempts, collector, source).map {
            RetrySpec(attempts: $0, wait: wait)
        }
    }

    private mutating func fallback(_ value: PositionedJSON, _ depth: Int) -> FallbackSpec? {
        if let text = value.string {
            if PythonString.contains(text, "->") { return .node(read(value, depth: depth + 1)) }
            return models.lm(value, key: "fallback").map { .lm($0) }
        }
        guard let object = value.object else {
            wrongKind("fallback", "a model or a node", value)
            return nil
        }
        if object["model"] != nil, !object.members.contains(where: { SpecKeys.kinds.contains($0.key) }) {
            return models.lm(value, key: "fallback").map { .lm($0) }
        }
        return .node(read(value, depth: depth + 1))
    }

    // MARK: Pieces

    private mutating func inner(_ key: String, _ object: PositionedObject, _ depth: Int) -> NodeSpec? {
        object[key].map { read($0.value, depth: depth + 1) }
    }

    func missing(_ key: String, of kind: String, _ help: String, _ member: PositionedMember) {
        collector.error(.shape, "`\(kind)` has no `\(key)`", help: help, at: member.keyRange, in: source)
    }

    private func path(_ value: PositionedJSON, _ key: String, _ wanted: String) -> PathSpec? {
        guard let text = value.string, !text.isEmpty else {
            wrongKind(key, wanted, value)
            return nil
        }
        return PathSpec(parts: SpecPath.parts(of: text), range: value.range)
    }

    func expression(_ value: PositionedJSON, _ key: String) -> ExpressionSpec? {
        guard value.string != nil else {
            wrongKind(key, "an expression in a string", value)
            return nil
        }
        return ExpressionSpec(value, source, collector)
    }

    private func identifier(
        _ object: PositionedObject, _ key: String, _ wanted: String
    ) -> (name: String, range: Range<TextPosition>)? {
        guard let value = object[key]?.value else { return nil }
        guard let name = value.string, PythonString.isIdentifier(name) else {
            wrongKind(key, wanted, value)
            return nil
        }
        return (name, value.range)
    }
}
