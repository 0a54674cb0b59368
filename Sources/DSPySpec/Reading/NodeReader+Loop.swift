import DSPyCore
import OrderedJSON

extension NodeReader {
    mutating func loop(_ kind: PositionedMember, _ object: PositionedObject, _ depth: Int) -> NodeSpec.Kind {
        let body = read(kind.value, depth: depth + 1)
        var max: Int?
        if let value = object["max"]?.value {
            max = SpecNumber.whole(value, "max", SpecBounds.rounds, collector, source)
        } else {
            missing("max", of: "loop", #"every loop is bounded: write "max": 5"#, kind)
        }
        let start = start(object)
        let gather = gather(object)
        let until = object["until"]
        if let both = object["while"], until != nil {
            collector.error(
                .shape, "a loop has one of `until` and `while`, not both", at: both.keyRange, in: source)
            return .invalid
        }
        var condition: ExpressionSpec?
        if let member = until ?? object["while"] {
            condition = expression(member.value, member.key)
            if condition == nil { return .invalid }
        }
        guard let max else { return .invalid }
        return .loop(
            LoopSpec(
                body: body, condition: condition, isUntil: until != nil, max: max, start: start, gather: gather))
    }

    private func start(_ object: PositionedObject) -> [LoopSpec.Start] {
        guard let value = object["start"]?.value else { return [] }
        guard let members = value.object?.members else {
            wrongKind("start", "an object of name and value", value)
            return []
        }
        return members.compactMap { member in
            guard isName(member, "a start value") else { return nil }
            return .init(
                name: member.key, range: member.keyRange, value: Value(member.value.json),
                valueRange: member.value.range)
        }
    }

    private func gather(_ object: PositionedObject) -> [LoopSpec.Gather] {
        guard let value = object["gather"]?.value else { return [] }
        let wanted = "an object of name and path"
        guard let members = value.object?.members else {
            wrongKind("gather", wanted, value)
            return []
        }
        return members.compactMap { member in
            guard isName(member, "a gathered list") else { return nil }
            if let text = member.value.string, !text.isEmpty {
                let path = PathSpec(parts: SpecPath.parts(of: text), range: member.value.range)
                return .init(name: member.key, path: path, isUnique: false)
            }
            let wanted = "a path of a round's output, or {\"from\": path, \"unique\": true}"
            guard let inner = member.value.object, let from = inner["from"]?.value, let text = from.string,
                !text.isEmpty
            else {
                wrongKind("gather.\(member.key)", wanted, member.value)
                return nil
            }
            for other in inner.members where !["from", "unique"].contains(other.key) {
                collector.error(
                    .unknownKey, "`gather.\(member.key)` has no key `\(other.key)`",
                    help: DiagnosticCollector.meant(other.key, ["from", "unique"]) ?? "it has `from` and `unique`",
                    at: other.keyRange, in: source)
            }
            var isUnique = false
            if let unique = inner["unique"]?.value {
                guard let flag = unique.json.bool else {
                    wrongKind("gather.\(member.key).unique", "true or false", unique)
                    return nil
                }
                isUnique = flag
            }
            return .init(
                name: member.key, path: PathSpec(parts: SpecPath.parts(of: text), range: from.range), isUnique: isUnique
            )
        }
    }

    private func isName(_ member: PositionedMember, _ what: String) -> Bool {
        if PythonString.isIdentifier(member.key) { return true }
        collector.error(
            .wrongKind, "the name of \(what) is an identifier, found \"\(member.key)\"", at: member.keyRange, in: source
        )
        return false
    }
}
