import DSPyCore
import OrderedJSON

extension SpecChecker {
    func wiring(_ inherited: Inherited) -> Wiring { Wiring(collector: collector, outer: inherited.outer) }

    // MARK: Branches

    func conditional(_ choice: ConditionSpec, _ node: NodeSpec, _ inherited: Inherited) -> Inner? {
        var wiring = wiring(inherited)
        for path in choice.condition.paths { wiring.expect(path, in: node.source) }
        let then = branch(choice.then, inherited, &wiring)
        let otherwise = choice.otherwise.map { branch($0, inherited, &wiring) }
        for path in choice.condition.paths { _ = wiring.port(of: path, in: node.source) }
        choice.condition.check(collector) { inherited.outer.type(at: $0) ?? wiring.scope.type(at: $0) }
        guard let then, otherwise.map({ $0 != nil }) ?? true else { return nil }
        let nodes = [then] + [otherwise ?? nil].compactMap { $0 }
        return (
            .conditional(choice.condition.expression, then: then, otherwise: otherwise ?? nil), wiring.inputs,
            PortJoin.outputs(nodes.map(\.outputs), isTotal: nodes.count == 2)
        )
    }

    /// One of several nodes of which one runs: it sees what stands around, and its inputs are those of the whole.
    func branch(_ spec: NodeSpec, _ inherited: Inherited, _ wiring: inout Wiring) -> CheckedNode? {
        guard let node = check(spec, inherited.inside(wiring.scope)) else {
            wiring.isIncomplete = true
            return nil
        }
        wiring.connect(node, spec)
        return node
    }

    func switched(_ choice: SwitchSpec, _ node: NodeSpec, _ inherited: Inherited) -> Inner? {
        var wiring = wiring(inherited)
        wiring.expect(choice.path, in: node.source)
        let nodes = choice.cases.map { branch($0.node, inherited, &wiring) }
        let otherwise = choice.otherwise.map { branch($0, inherited, &wiring) }
        let port = wiring.port(of: choice.path, in: node.source)
        var labels = choice.cases.map(\.label)
        if let port {
            if case .field(let type) = port.shape {
                labels = SwitchCases(choice, node.source, collector).labels(of: type ?? .any)
                // Nobody says what the field is; the cases do.
                if type == nil, choice.otherwise == nil {
                    wiring.declare(choice.path.parts, SwitchCases.type(of: labels))
                }
            } else {
                collector.error(
                    .edge, "`switch` takes an enum, a Literal or a bool, but `\(port.name)` is \(port.typeName)",
                    at: choice.range, in: node.source)
            }
        }
        let whole = nodes.compactMap { $0 }
        guard port != nil, whole.count == nodes.count, otherwise.map({ $0 != nil }) ?? true else { return nil }
        let all = whole + [otherwise ?? nil].compactMap { $0 }
        return (
            .switched(
                CheckedSwitch(
                    path: choice.path.parts, cases: zip(labels, whole).map { ($0, $1) }, otherwise: otherwise ?? nil)),
            wiring.inputs, PortJoin.outputs(all.map(\.outputs), isTotal: true)
        )
    }

    // MARK: Repetition

    func forEach(_ map: ForEachSpec, _ node: NodeSpec, _ inherited: Inherited) -> Inner? {
        var wiring = wiring(inherited)
        wiring.expect(map.list, in: node.source)
        let list = wiring.port(of: map.list, in: node.source)
        let element = list.flatMap { self.element(of: $0, map, node) }
        var item = Port(name: map.item, shape: .field(element ?? nil))
        wiring.set(item)
        guard let body = branch(map.body, inherited, &wiring), list != nil, element != nil else { return nil }
        let readers = body.bindings.filter { $0.path[0] == map.item }
        if case .field(nil) = item.shape,
            let declared = body.inputs.first(where: { port in
                readers.contains { $0.name == port.name && $0.path.count == 1 }
            }),
            case .field(let type?) = declared.shape
        {
            wiring.declare(map.list.parts, .list(type))
            item = Port(name: map.item, shape: .field(type))
        }
        var scope = PortScope(fields: PortTable([item]), outer: [inherited.outer])
        scope.enter(body.outputs, of: body.name)
        let name = map.collect?.name ?? node.name ?? "results"
        // A whole prediction is a dict of its fields to whoever reads it.
        var kept: FieldType? = map.collect == nil ? .dict(.string, .any) : nil
        if let collect = map.collect {
            guard let port = scope.port(at: collect.path.parts) else {
                let (message, help) = scope.complaint(about: collect.path.parts)
                collector.error(.unknownName, message, help: help, at: collect.path.range, in: node.source)
                return nil
            }
            if case .field(let type?) = port.shape { kept = port.isPartial ? .optional(type) : type }
        }
        if readers.isEmpty, map.collect?.path.parts[0] != map.item {
            collector.warning(
                .unused, "the node does not take `\(map.item)`, so it does the same for every item",
                help: "name one of its inputs `\(map.item)`, or map one to it with `in`", at: map.itemRange,
                in: node.source)
        }
        if map.onError == .null { kept = kept.map { .optional($0) } }
        return (
            .forEach(
                CheckedForEach(
                    list: map.list.parts, item: map.item, body: body, kept: map.collect?.path.parts, output: name,
                    concurrency: map.concurrency, onError: map.onError)),
            wiring.inputs, [Port(name: name, shape: .field(.list(kept)))]
        )
    }

    /// The type of an item, nil inside when it is not known; nil when there is no list.
    private func element(of port: Port, _ map: ForEachSpec, _ node: NodeSpec) -> FieldType?? {
        func element(_ type: FieldType) -> FieldType?? {
            switch type {
            case .any, .tuple(.any): return .some(nil)
            case .list(_, let element), .set(_, let element): return .some(element)
            case .tuple(.variadic(let element)): return element
            case .tuple(.fixed(let elements)): return .some(elements.isEmpty ? nil : .union(of: elements))
            case .union(let alternatives):
                let elements = alternatives.compactMap(element)
                guard let first = elements.first else { return nil }
                return elements.count == 1 ? first : .some(nil)
            default: return nil
            }
        }
        if case .field(nil) = port.shape { return .some(nil) }
        if case .field(let type?) = port.shape, let element = element(type) { return element }
        collector.error(
            .edge, "`for_each` takes a list, but `\(map.list.parts.joined(separator: "."))` is \(port.typeName)",
            at: map.list.range, in: node.source)
        return nil
    }

    func attempts(_ attempts: AttemptsSpec, _ node: NodeSpec, _ inherited: Inherited) -> Inner? {
        var wiring = wiring(inherited)
        var inside = inherited
        if attempts.module == .majority, let count = attempts.count { inside.config["n"] = .int(count) }
        guard let body = branch(attempts.body, inside, &wiring) else { return nil }
        wiring.enterRound(body)
        if let reward = attempts.reward { check(reward, &wiring, node, wantsNumber: true) }
        if let field = attempts.field, !body.outputs.contains(where: { $0.name.hasSameBytes(as: field.name) }) {
            let names = body.outputs.map(\.name)
            collector.error(
                .unknownName, "the node has no output `\(field.name)` to count",
                help: DiagnosticCollector.meant(field.name, names) ?? PortScope.listed(names), at: field.range,
                in: node.source)
        }
        return (
            .attempts(
                CheckedAttempts(
                    module: attempts.module, body: body,
                    count: attempts.module == .majority ? nil : attempts.count, threshold: attempts.threshold,
                    reward: attempts.reward?.expression, field: attempts.field?.name, text: attempts.text)),
            wiring.inputs, body.outputs
        )
    }

    /// An expression over what came in and what a round gave.
    func check(
        _ expression: ExpressionSpec, _ wiring: inout Wiring, _ node: NodeSpec, wantsNumber: Bool = false
    ) {
        for path in expression.paths { _ = wiring.portAfterRound(of: path, in: node.source) }
        let scope = wiring.scope
        expression.check(collector, wantsNumber: wantsNumber) { scope.type(at: $0) }
    }

    // MARK: What stands around a node

    /// The node with its guards: what it takes and gives with what may stand in for it.
    func guarded(
        _ inner: Inner?, _ node: NodeSpec, _ inherited: Inherited
    ) -> (guards: CheckedGuards, inputs: [Port], outputs: [Port])? {
        var guards = CheckedGuards(timeout: node.timeout, retry: node.retry)
        switch node.fallback {
        case nil: return inner.map { (guards, $0.inputs, $0.outputs) }
        case .lm(let lm):
            guards.fallback = .lm(lm)
            return inner.map { (guards, $0.inputs, $0.outputs) }
        case .node(let other):
            var wiring = wiring(inherited)
            if let inner {
                let itself = CheckedNode(
                    kind: inner.kind, name: nil, title: nil, inputs: inner.inputs, outputs: inner.outputs,
                    bindings: inner.inputs.map { Binding(name: $0.name, path: SpecPath.parts(of: $0.name)) })
                wiring.connect(itself, node.withoutRenames)
            }
            guard let checked = branch(other, inherited, &wiring), let inner else { return nil }
            guards.fallback = .node(checked)
            return (guards, wiring.inputs, PortJoin.outputs([inner.outputs, checked.outputs], isTotal: true))
        }
    }
}

extension NodeSpec {
    /// The node as it stands inside its own `in`.
    fileprivate var withoutRenames: NodeSpec {
        var copy = self
        copy.renames = []
        return copy
    }
}
