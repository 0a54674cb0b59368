import DSPyCore
import OrderedJSON

extension SpecChecker {
    func loop(_ loop: LoopSpec, _ node: NodeSpec, _ inherited: Inherited) -> Inner? {
        var wiring = wiring(inherited)
        // What the first round finds: nobody outside gives it. The types show only in what the body takes and gives.
        for name in loop.start.map(\.name) + loop.gather.map(\.name) {
            wiring.set(Port(name: name, shape: .field(nil)))
        }
        guard let body = branch(loop.body, inherited, &wiring) else { return nil }
        let gathered = gathered(loop, body, node)
        for output in body.outputs + gathered {
            let isGathered = loop.gather.contains { $0.name == output.name }
            if isGathered, !gathered.contains(output) { continue }
            checkNextRound(output, body, loop, node, isGathered: isGathered)
        }
        let start = start(of: loop, body, gathered, node)
        wiring.enterRound(body)
        for port in gathered { wiring.set(port) }
        if let condition = loop.condition { check(condition, &wiring, node) }
        guard gathered.count == loop.gather.count else { return nil }
        var outputs = PortTable(body.outputs)
        for port in gathered { outputs.set(port) }
        return (
            .loop(
                CheckedLoop(
                    body: body, condition: loop.condition?.expression, isUntil: loop.isUntil, max: loop.max,
                    start: start,
                    gather: loop.gather.map { .init($0.name, from: $0.path.parts, isUnique: $0.isUnique) })),
            wiring.inputs, outputs.ports
        )
    }

    /// What a round gives must suit the next one.
    private func checkNextRound(
        _ output: Port, _ body: CheckedNode, _ loop: LoopSpec, _ node: NodeSpec, isGathered: Bool
    ) {
        guard let input = reader(of: output.name, body), case .field(let wanted?) = input.shape, !output.fits(wanted)
        else { return }
        let gives = isGathered ? "the rounds gather" : "this one gives"
        collector.error(
            .edge, "the next round takes `\(input.name)` as \(wanted.name), but \(gives) \(output.typeName)",
            help: "declare the same type, or none: an input without a type takes any value",
            at: loop.body.inputRange(input.name), in: node.source)
    }

    /// The input of a round that a name goes to.
    private func reader(of name: String, _ body: CheckedNode) -> Port? {
        guard let binding = body.bindings.first(where: { $0.path == [name] }) else { return nil }
        return body.inputs.first { $0.name == binding.name }
    }

    /// The lists that grow, as far as their paths lead to something.
    private func gathered(_ loop: LoopSpec, _ body: CheckedNode, _ node: NodeSpec) -> [Port] {
        var scope = PortScope()
        scope.enter(body.outputs, of: body.name)
        return loop.gather.compactMap { list in
            guard let port = scope.port(at: list.path.parts) else {
                let (message, help) = scope.complaint(about: list.path.parts)
                collector.error(.unknownName, message, help: help, at: list.path.range, in: node.source)
                return nil
            }
            // Of a list its items are added, of another value the value itself.
            let element: FieldType? =
                switch port.shape {
                case .field(.list(_, let element)?): element
                case .field(let type): type
                case .prediction: .dict(.string, .any)
                }
            return Port(name: list.name, shape: .field(.list(element)))
        }
    }

    /// The values of the first round, each as the type that the round declares.
    private func start(
        of loop: LoopSpec, _ body: CheckedNode, _ gathered: [Port], _ node: NodeSpec
    ) -> ValueDict {
        var values = ValueDict()
        for start in loop.start {
            values[start.name] = start.value
            let list = gathered.first { $0.name == start.name }
            let input = reader(of: start.name, body)
            let isRead = input != nil || body.bindings.contains { $0.path[0] == start.name }
            if list == nil, !isRead {
                collector.warning(
                    .unused, "no round takes `\(start.name)`",
                    help: help(start.name, body.inputs.map(\.name)), at: start.range, in: node.source)
            }
            guard case .field(let type?)? = (input?.shape == .field(nil) ? nil : input?.shape) ?? list?.shape else {
                continue
            }
            do throws(ValidationError) { values[start.name] = try type.fit(start.value) } catch {
                collector.error(
                    .type, "the start value of `\(start.name)` does not fit \(type.name): \(error)",
                    at: start.valueRange,
                    in: node.source)
            }
        }
        return values
    }
}
