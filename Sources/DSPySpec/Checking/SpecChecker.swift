import DSPyCore
import OrderedJSON

/// Checks the wiring of a program: every input has a source, every edge its types, every name one meaning.
package struct SpecChecker {
    let collector: DiagnosticCollector

    package init(collector: DiagnosticCollector) { self.collector = collector }

    /// What a node is, takes and gives.
    typealias Inner = (kind: CheckedNode.Kind, inputs: [Port], outputs: [Port])

    /// What enclosing nodes say for those inside, and what can be named there.
    struct Inherited {
        var module = ModuleKind.predict
        var lm: LMSpec?
        var adapter: AdapterSpec?
        var config = JSONObject()
        /// The tools of the file.
        var tools = ToolScope([])
        /// What stands around, seen through the node's `in`.
        var outer = PortScope()

        func with(_ node: NodeSpec) -> Inherited {
            var copy = self
            copy.outer = outer.renamed(node.renames)
            copy.module = node.module ?? module
            copy.lm = node.lm ?? lm
            copy.adapter = node.adapter ?? adapter
            for (key, value) in node.config { copy.config[key] = value }
            return copy
        }

        /// The same inside a node that gives its own names.
        func inside(_ scope: PortScope) -> Inherited {
            var copy = self
            copy.outer = scope
            return copy
        }
    }

    /// The checked program; nil when a node could not be read.
    ///
    /// Findings are in the collector.
    package func check(_ program: ProgramSpec) -> CheckedProgram? { check(program, Inherited()) }

    func check(_ program: ProgramSpec, _ around: Inherited) -> CheckedProgram? {
        var inherited = around
        inherited.outer = PortScope()
        inherited.tools = tools(of: program, inherited)
        guard let root = check(Self.outermost(program.root), inherited, selected: program.outputs) else { return nil }
        var outputs = root.outputs
        if let named = program.outputs {
            let scope = Self.scope(behind: root)
            outputs = named.compactMap { output in
                guard let port = scope.port(at: output.path) else {
                    let (message, help) = scope.complaint(about: output.path)
                    collector.error(.unknownName, message, help: help, at: output.range, in: program.root.source)
                    return nil
                }
                return Port(
                    name: output.name, shape: port.shape, description: port.description, isOptional: port.isPartial)
            }
        }
        inherited.tools.tellUnused(collector, program.root.source)
        for test in program.tests { check(test, root.inputs, outputs, program) }
        return CheckedProgram(
            name: program.name, description: program.description, settings: program.settings, inputs: root.inputs,
            outputs: outputs, root: root, ownTools: inherited.tools.checked,
            selected: program.outputs?.map { Binding(name: $0.name, path: $0.path) },
            tests: program.tests)
    }

    /// A tool call alone is a sequence of one: what its `with` names are the inputs of the program.
    private static func outermost(_ node: NodeSpec) -> NodeSpec {
        guard case .tool = node.kind, !node.renames.isEmpty else { return node }
        return NodeSpec(kind: .steps([node]), range: node.range, source: node.source)
    }

    /// What `outputs` may name: the inputs, and all that the steps of the top node give.
    private static func scope(behind root: CheckedNode) -> PortScope {
        var scope = PortScope(inputs: PortTable(root.inputs))
        guard case .steps(let nodes) = root.kind, !root.hasStandIn else {
            scope.enter(root.outputs, of: root.name)
            return scope
        }
        for node in nodes { scope.enter(node.outputs, of: node.name) }
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
        for path in test.expression.paths where scope.port(at: path.parts) == nil {
            let (message, help) = scope.complaint(about: path.parts)
            collector.error(.unknownName, message, help: help, at: path.range, in: source)
        }
        test.expression.check(collector) { scope.type(at: $0) }
    }

    func help(_ name: String, _ known: [String]) -> String? {
        DiagnosticCollector.meant(name, known) ?? PortScope.listed(known)
    }

    // MARK: Nodes

    func check(
        _ node: NodeSpec, _ outer: Inherited, selected: [ProgramSpec.Output]? = nil
    ) -> CheckedNode? {
        let inherited = outer.with(node)
        let inner: Inner?
        switch node.kind {
        case .signature(let signature): inner = predictor(signature, node, inherited)
        case .steps(let nodes): inner = steps(nodes, inherited, selected ?? [])
        case .merged(let nodes): inner = merged(nodes, inherited)
        case .branches(let branches): inner = named(branches, inherited)
        case .switched(let choice): inner = switched(choice, node, inherited)
        case .conditional(let choice): inner = conditional(choice, node, inherited)
        case .forEach(let map): inner = forEach(map, node, inherited)
        case .loop(let loop): inner = self.loop(loop, node, inherited)
        case .attempts(let attempts): inner = self.attempts(attempts, node, inherited)
        case .tool(let call): inner = toolCall(call, node, inherited)
        case .program(let program):
            inner = check(program, inherited).map { program in
                let inputs = program.inputs.filter { port in
                    !port.isNamedOnly || node.renames.contains { $0.input == port.name }
                        || !inherited.outer.isGiven(port.name)
                }
                return (.program(program), inputs, program.outputs)
            }
        case .invalid: inner = nil
        }
        guard let (guards, inputs, outputs) = guarded(inner, node, inherited), let inner else { return nil }
        return CheckedNode(
            kind: inner.kind, name: node.name, title: node.title, inputs: inputs, outputs: outputs,
            bindings: bindings(node, inputs), guards: guards)
    }

    /// Where each input comes from; a part of a step around comes by its whole path.
    private func bindings(_ node: NodeSpec, _ inputs: [Port]) -> [Binding] {
        let paths = inputs.map { SpecPath.parts(of: $0.name) }
        for rename in node.renames
        where !zip(inputs, paths).contains(where: { $0.name == rename.input || $1[0] == rename.input }) {
            let isTool = if case .tool = node.kind { true } else { false }
            collector.error(
                .unknownField,
                "`\(isTool ? "with" : "in")` speaks of `\(rename.input)`, which the "
                    + "\(isTool ? "tool" : "node") does not take",
                help: help(rename.input, inputs.map(\.name)), at: rename.inputRange, in: node.source)
        }
        return zip(inputs, paths).map { port, path in
            if let rename = node.renames.last(where: { $0.input == port.name }) {
                return Binding(name: port.name, path: rename.path)
            }
            let root = node.renames.last { path.count > 1 && $0.input == path[0] }?.path ?? [path[0]]
            return Binding(name: port.name, path: root + path.dropFirst())
        }
    }

    // MARK: Steps

    private func steps(
        _ nodes: [NodeSpec], _ inherited: Inherited, _ selected: [ProgramSpec.Output]
    ) -> Inner? {
        var wiring = Wiring(collector: collector, outer: inherited.outer)
        var checked: [CheckedNode] = []
        var isWhole = true
        for (place, node) in nodes.enumerated() {
            guard let step = check(node, inherited.inside(wiring.scope)) else {
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
    ) -> Inner? {
        var wiring = Wiring(collector: collector, outer: inherited.outer)
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
    ) -> Inner? {
        var wiring = Wiring(collector: collector, outer: inherited.outer)
        var checked: [CheckedNode] = []
        for branch in branches {
            guard var node = check(branch.node, inherited) else { continue }
            wiring.connect(node, branch.node)
            node.name = branch.name
            checked.append(node)
        }
        guard checked.count == branches.count else { return nil }
        let outputs = checked.map { Port(name: $0.name ?? "", shape: .prediction($0.outputs)) }
        return (.branches(checked, areNamed: true), wiring.inputs, outputs)
    }
}
