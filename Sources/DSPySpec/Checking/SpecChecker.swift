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
        guard let root = check(program.root, inherited, selected: program.outputs) else { return nil }
        var outputs = root.outputs
        if let named = program.outputs {
            let scope = Self.scope(behind: root)
            outputs = named.compactMap { output in
                guard let port = scope.port(at: output.path) else {
                    let (message, help) = scope.complaint(about: output.path)
                    collector.error(.unknownName, message, help: help, at: output.range, in: program.root.source)
                    return nil
                }
                return Port(name: output.name, shape: port.shape, description: port.description)
            }
        }
        for test in program.tests { check(test, root.inputs, outputs, program) }
        return CheckedProgram(
            name: program.name, description: program.description, settings: program.settings, inputs: root.inputs,
            outputs: outputs, root: root, selected: program.outputs?.map { Binding(name: $0.name, path: $0.path) },
            tests: program.tests)
    }

    /// What `outputs` may name: the inputs, and all that the steps of the top node give.
    private static func scope(behind root: CheckedNode) -> PortScope {
        var scope = PortScope(inputs: PortTable(root.inputs))
        guard case .steps(let nodes) = root.kind else {
            scope.fields = PortTable(root.outputs)
            if let name = root.name { scope.steps.set(Port(name: name, shape: .prediction(root.outputs))) }
            return scope
        }
        for node in nodes {
            for output in node.outputs { scope.fields.set(output) }
            if let name = node.name { scope.steps.set(Port(name: name, shape: .prediction(node.outputs))) }
        }
        return scope
    }

    private func check(_ test: ProgramSpec.Test, _ inputs: [Port], _ outputs: [Port], _ program: ProgramSpec) {
        let source = program.root.source
        let known = PortTable(inputs)
        for (name, range) in test.inputRanges where known[name] == nil {
            collector.error(
                .unknownField, "the test gives `\(name)`, which is no input of the program",
                help: help(name, known.names), at: range, in: source)
        }
        for input in inputs where !input.isOptional && test.inputs[input.name] == nil {
            // A misspelt input is told already.
            if DiagnosticCollector.closest(to: input.name, among: test.inputs.keys.filter({ known[$0] == nil })) != nil
            {
                continue
            }
            collector.error(
                .shape, "the test does not give the input `\(input.name)`", at: test.range, in: source)
        }
        let scope = PortScope(inputs: known, fields: PortTable(outputs))
        for (path, range) in test.paths where scope.port(at: path) == nil {
            let (message, help) = scope.complaint(about: path)
            collector.error(.unknownName, message, help: help, at: range, in: source)
        }
    }

    private func help(_ name: String, _ known: [String]) -> String? {
        DiagnosticCollector.meant(name, known) ?? PortScope.listed(known)
    }

    // MARK: Nodes

    private func check(
        _ node: NodeSpec, _ outer: Inherited, selected: [ProgramSpec.Output]? = nil
    ) -> CheckedNode? {
        let inherited = outer.with(node)
        let inner: (kind: CheckedNode.Kind, inputs: [Port], outputs: [Port])?
        switch node.kind {
        case .signature(let signature): inner = predictor(signature, inherited)
        case .steps(let nodes): inner = steps(nodes, inherited, selected ?? [])
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
        _ nodes: [NodeSpec], _ inherited: Inherited, _ selected: [ProgramSpec.Output]
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
        for output in selected { wiring.noteReading(of: output.path) }
        wiring.finish()
        guard isWhole, let last = checked.last else { return nil }
        return (.steps(checked), wiring.inputs, last.outputs)
    }

    // MARK: Branches

    private func merged(
        _ nodes: [NodeSpec], _ inherited: Inherited
    ) -> (kind: CheckedNode.Kind, inputs: [Port], outputs: [Port])? {
        var wiring = Wiring(collector: collector)
        var checked: [CheckedNode] = []
        var outputs = PortTable()
        for node in nodes {
            guard let branch = check(node, inherited) else { continue }
            wiring.connect(branch, node)
            for output in branch.outputs {
                if outputs[output.name] != nil {
                    collector.error(
                        .nameClash, "two branches give `\(output.name)`",
                        help: "name the branches: {\"parallel\": {\"first\": …, \"second\": …}}",
                        at: node.inputRange(output.name), in: node.source)
                }
                outputs.set(output)
            }
            checked.append(branch)
        }
        return checked.count == nodes.count ? (.branches(checked, areNamed: false), wiring.inputs, outputs.ports) : nil
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
}
