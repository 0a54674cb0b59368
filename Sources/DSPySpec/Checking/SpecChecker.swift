import DSPy
import OrderedJSON

/// Checks the wiring of a program: every input has a source, every edge its types, every name one meaning.
package struct SpecChecker {
    private let collector: DiagnosticCollector

    package init(collector: DiagnosticCollector) { self.collector = collector }

    /// What enclosing nodes say for those inside.
    private struct Inherited {
        var module = "Predict"
        var lm: LMSpec?
        var adapter: AdapterSpec?
        var config = JSONObject()

        func with(_ node: NodeSpec) -> Inherited {
            var copy = self
            copy.module = node.module ?? module
            copy.lm = node.lm ?? lm
            copy.adapter = node.adapter ?? adapter
            for (key, value) in node.config { copy.config[key] = value }
            return copy
        }
    }

    /// The checked program; nil when a node could not be read.
    ///
    /// Findings are in the collector.
    package func check(_ program: ProgramSpec) -> CheckedProgram? { check(program, Inherited()) }

    private func check(_ program: ProgramSpec, _ inherited: Inherited) -> CheckedProgram? {
        guard let root = check(program.root, inherited) else { return nil }
        var outputs = root.outputs
        var selected: [Binding]?
        if let named = program.outputs {
            let known = Self.visible(root)
            outputs = []
            for output in named {
                guard let port = Self.port(at: output.path, fields: known.fields, steps: known.steps) else {
                    unknown(
                        output.path, known.fields.map(\.name) + known.steps.map(\.name), output.range,
                        program.root.source)
                    continue
                }
                outputs.append(Port(name: output.name, shape: port.shape, description: port.description))
            }
            selected = named.map { Binding(name: $0.name, path: $0.path) }
        }
        checkTests(program, root.inputs, outputs)
        return CheckedProgram(
            name: program.name, description: program.description, settings: program.settings, inputs: root.inputs,
            outputs: outputs, root: root, selected: selected, tests: program.tests)
    }

    /// What `outputs` may name: the inputs, and all that the steps of the top node give.
    private static func visible(_ root: CheckedNode) -> (fields: [Port], steps: [Port]) {
        var fields = root.inputs
        var steps: [Port] = []
        if case .steps(let nodes) = root.kind {
            for node in nodes {
                fields = fields.filter { port in !node.outputs.contains { $0.name == port.name } } + node.outputs
                if let name = node.name { steps.append(Port(name: name, shape: .prediction(node.outputs))) }
            }
        } else {
            fields += root.outputs
        }
        return (fields, steps)
    }

    private func checkTests(_ program: ProgramSpec, _ inputs: [Port], _ outputs: [Port]) {
        let source = program.root.source
        for test in program.tests {
            for name in test.inputs.keys where !inputs.contains(where: { $0.name == name }) {
                collector.error(
                    .unknownField, "the test gives `\(name)`, which is no input of the program",
                    help: help(name, inputs.map(\.name)), at: test.range, in: source)
            }
            for name in (try? Expression(test.expect))?.names ?? []
            where !(outputs + inputs).contains(where: { $0.name == name.name }) {
                collector.error(
                    .unknownName,
                    "the expression \"\(test.expect)\" names `\(name.name)`, which is no output of the program",
                    help: help(name.name, outputs.map(\.name)), at: test.range, in: source)
            }
        }
    }

    private func help(_ name: String, _ known: [String]) -> String? {
        if let meant = Spelling.closest(to: name, among: known) { return "did you mean `\(meant)`?" }
        return known.isEmpty ? nil : "there are \(known.map { "`\($0)`" }.joined(separator: ", "))"
    }

    private func unknown(
        _ path: [String], _ known: [String], _ range: Range<TextPosition>, _ source: SpecSource
    ) {
        let name = path.first ?? ""
        let shown = path.joined(separator: ".")
        collector.error(.unknownName, "nothing gives `\(shown)`", help: help(name, known), at: range, in: source)
    }

    // MARK: Nodes

    private func check(_ node: NodeSpec, _ outer: Inherited) -> CheckedNode? {
        let inherited = outer.with(node)
        let inner: (kind: CheckedNode.Kind, inputs: [Port], outputs: [Port])?
        switch node.kind {
        case .signature(let signature): inner = predictor(signature, inherited)
        case .steps(let nodes): inner = steps(nodes, inherited)
        case .merged(let nodes): inner = merged(nodes, inherited)
        case .branches(let branches): inner = named(branches, inherited)
        case .program(let program):
            inner = check(program, inherited).map { (.program($0), $0.inputs, $0.outputs) }
        case .invalid: inner = nil
        }
        guard let inner else { return nil }
        return CheckedNode(
            kind: inner.kind, name: node.name, inputs: inner.inputs, outputs: inner.outputs,
            bindings: bindings(node, inner.inputs))
    }

    private func predictor(
        _ spec: SignatureSpec, _ inherited: Inherited
    ) -> (kind: CheckedNode.Kind, inputs: [Port], outputs: [Port]) {
        var config = inherited.config
        if let count = spec.generations { config["n"] = .int(count) }
        let predictor = CheckedPredictor(
            module: inherited.module, signature: spec.signature, demos: spec.demos, config: config, lm: inherited.lm,
            adapter: inherited.adapter)
        func ports(_ fields: [Field]) -> [Port] {
            fields.map { field in
                Port(
                    name: field.name, shape: .field(field.isTypeUndefined ? nil : field.type),
                    description: field.description == "${\(field.name)}" ? nil : field.description,
                    isOptional: field.defaultValue != nil || field.type.allowsNone || field.type == .custom(.history))
            }
        }
        let shown = predictor.promptSignature
        return (.predictor(predictor), ports(shown.inputs), ports(shown.outputs))
    }

    private func bindings(_ node: NodeSpec, _ inputs: [Port]) -> [Binding] {
        for rename in node.renames where !inputs.contains(where: { $0.name == rename.input }) {
            collector.error(
                .unknownField, "`in` speaks of `\(rename.input)`, which the node does not take",
                help: help(rename.input, inputs.map(\.name)), at: rename.inputRange, in: node.source)
        }
        return inputs.map { port in
            Binding(name: port.name, path: node.renames.last { $0.input == port.name }?.path ?? [port.name])
        }
    }

    // MARK: Steps

    private func steps(
        _ nodes: [NodeSpec], _ inherited: Inherited
    ) -> (kind: CheckedNode.Kind, inputs: [Port], outputs: [Port])? {
        var wiring = Wiring(collector: collector)
        var checked: [CheckedNode] = []
        var isWhole = true
        for (place, node) in nodes.enumerated() {
            guard let step = check(node, inherited) else {
                // What a broken step gives is unknown; go on to find what is wrong elsewhere.
                isWhole = false
                wiring.isIncomplete = true
                continue
            }
            wiring.connect(step, node)
            wiring.enter(step, node, isLast: place == nodes.count - 1)
            checked.append(step)
        }
        guard isWhole, let last = checked.last else { return nil }
        return (.steps(checked), wiring.inputs, last.outputs)
    }

    // MARK: Branches

    private func merged(
        _ nodes: [NodeSpec], _ inherited: Inherited
    ) -> (kind: CheckedNode.Kind, inputs: [Port], outputs: [Port])? {
        var wiring = Wiring(collector: collector)
        var checked: [CheckedNode] = []
        var outputs: [Port] = []
        for node in nodes {
            guard let branch = check(node, inherited) else { continue }
            wiring.connect(branch, node)
            for output in branch.outputs {
                if outputs.contains(where: { $0.name == output.name }) {
                    collector.error(
                        .nameClash, "two branches give `\(output.name)`",
                        help: "name the branches: {\"parallel\": {\"first\": …, \"second\": …}}", at: node.range,
                        in: node.source)
                }
                outputs.append(output)
            }
            checked.append(branch)
        }
        return checked.count == nodes.count ? (.branches(checked, areNamed: false), wiring.inputs, outputs) : nil
    }

    private func named(
        _ branches: [NodeSpec.Branch], _ inherited: Inherited
    ) -> (kind: CheckedNode.Kind, inputs: [Port], outputs: [Port])? {
        var wiring = Wiring(collector: collector)
        var checked: [CheckedNode] = []
        for branch in branches {
            guard let node = check(branch.node, inherited) else { continue }
            wiring.connect(node, branch.node)
            checked.append(
                CheckedNode(
                    kind: node.kind, name: branch.name, inputs: node.inputs, outputs: node.outputs,
                    bindings: node.bindings))
        }
        guard checked.count == branches.count else { return nil }
        let outputs = checked.map { Port(name: $0.name ?? "", shape: .prediction($0.outputs)) }
        return (.branches(checked, areNamed: true), wiring.inputs, outputs)
    }

    // MARK: Paths

    /// The port at a path: as `Scope.value(at:)` finds the value.
    static func port(at path: [String], fields: [Port], steps: [Port]) -> Port? {
        guard let first = path.first else { return nil }
        let field = fields.last { $0.name == first }
        let step = steps.last { $0.name == first }
        if path.count == 1 { return field ?? step }
        if let step, let port = part(of: step, path.dropFirst()) { return port }
        return field.flatMap { part(of: $0, path.dropFirst()) }
    }

    private static func part(of port: Port, _ path: ArraySlice<String>) -> Port? {
        guard let name = path.first else { return port }
        let inner: Port?
        switch port.shape {
        case .prediction(let fields): inner = fields.first { $0.name == name }
        case .field(.record(let record)?):
            inner = record.fields.first { $0.name == name }.map { Port(name: $0.name, shape: .field($0.type)) }
        case .field(.dict(_, let shape)?): inner = Port(name: name, shape: .field(shape?.value))
        case .field(.list(_, let element)?) where Int(name) != nil: inner = Port(name: name, shape: .field(element))
        case .field(.any?), .field(nil): inner = Port(name: name, shape: .field(nil))
        default: inner = nil
        }
        return inner.flatMap { part(of: $0, path.dropFirst()) }
    }
}
