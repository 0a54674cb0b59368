import DSPyCore
import OrderedJSON

extension SpecChecker {
    /// A module call.
    func predictor(_ spec: SignatureSpec, _ node: NodeSpec, _ inherited: Inherited) -> Inner {
        let rules = inherited.module.rules
        var config = inherited.config
        if let count = spec.generations { config["n"] = .int(count) }
        let tools = tools(of: spec, node, inherited, rules)
        checkNames(spec, node, inherited.module, rules)
        checkKeys(spec, node, inherited.module, rules)
        let predictor = CheckedPredictor(
            module: inherited.module, signature: spec.signature, demos: spec.demos, config: config, lm: inherited.lm,
            adapter: inherited.adapter, tools: tools, maxIters: spec.maxIters, comparisons: spec.comparisons,
            knn: spec.knn)
        func ports(_ fields: [Field]) -> [Port] {
            fields.map { field in
                Port(
                    name: field.name, shape: .field(field.isTypeUndefined ? nil : field.type),
                    description: field.description == "${\(field.name)}" ? nil : field.description,
                    isOptional: field.defaultValue != nil || field.type.allowsNone || field.type == .custom(.history))
            }
        }
        let shown = predictor.promptSignature
        return (
            .predictor(predictor), ports(shown.inputs) + rules.extra + named(rules.named, node, inherited.outer),
            rules.given(ports(shown.outputs))
        )
    }

    /// A conversation is the agent's own: that an earlier step is an agent too does not make one out of two.
    private func named(_ ports: [Port], _ node: NodeSpec, _ around: PortScope) -> [Port] {
        ports.compactMap { port in
            guard node.renames.contains(where: { $0.input == port.name }) || !around.isGiven(port.name) else {
                return nil
            }
            var port = port
            port.isNamedOnly = true
            return port
        }
    }

    /// Names that the module needs itself.
    private func checkNames(_ spec: SignatureSpec, _ node: NodeSpec, _ module: ModuleKind, _ rules: ModuleRules) {
        func refuse(_ fields: [Field], _ names: [String]) {
            for field in fields where names.contains(field.name) {
                collector.error(
                    .nameClash, "`\(module.rawValue)` needs the name `\(field.name)` itself", help: "rename the field",
                    at: node.inputRange(field.name), in: node.source)
            }
        }
        refuse(spec.signature.inputs, rules.inputs)
        refuse(spec.signature.outputs, rules.outputs)
    }

    /// Keys that have no effect on the module, and those that contradict each other.
    private func checkKeys(_ spec: SignatureSpec, _ node: NodeSpec, _ module: ModuleKind, _ rules: ModuleRules) {
        let effects = [
            ("use", rules.takesTools), ("max_iters", rules.takesIterations), ("M", rules.takesComparisons),
            ("demos", rules.takesDemos), ("knn", rules.takesDemos),
        ]
        for (key, hasEffect) in effects where !hasEffect {
            guard let range = spec.keyRanges[key] else { continue }
            collector.warning(.ignored, "`\(key)` has no effect on `\(module.rawValue)`", at: range, in: node.source)
        }
        if rules.takesDemos, spec.knn != nil, spec.demos.isEmpty, let range = spec.keyRanges["knn"] {
            collector.error(
                .shape, "`knn` chooses among `demos`, and there are none", help: #"write "demos": "examples.jsonl""#,
                at: range, in: node.source)
        }
    }

    // MARK: Tools of a module

    private func tools(
        of spec: SignatureSpec, _ node: NodeSpec, _ inherited: Inherited, _ rules: ModuleRules
    ) -> [CheckedToolUse] {
        guard rules.takesTools else { return [] }
        let scope = inherited.tools
        for (place, use) in (spec.use ?? []).enumerated()
        where (spec.use ?? [])[..<place].contains(where: { $0.name.hasSameBytes(as: use.name) }) {
            collector.error(.nameClash, "`use` names `\(use.name)` twice", at: use.range, in: node.source)
        }
        let tools = spec.use.map { $0.compactMap { scope.use($0, collector, node.source) } } ?? scope.all()
        if rules.needsTools, scope.isEmpty && spec.use == nil || spec.use?.isEmpty ?? false {
            collector.warning(
                .unused, "`\(inherited.module.rawValue)` has no tools to call",
                help: scope.isEmpty ? "describe them under `tools`" : nil,
                at: spec.keyRanges["use"] ?? spec.text.range, in: node.source)
        }
        for tool in tools {
            let name = tool.member ?? tool.tool
            let range = spec.keyRanges["use"] ?? spec.text.range
            if rules.tools.contains(name) {
                collector.error(
                    .nameClash, "`\(inherited.module.rawValue)` needs the name `\(name)` itself; a tool is called so",
                    help: "rename the tool", at: range, in: node.source)
            } else if inherited.module == .rlm, spec.signature.inputs.contains(where: { $0.name == name }) {
                collector.error(
                    .nameClash, "the input `\(name)` and a tool have the same name in the code of `RLM`",
                    help: "rename one of them", at: node.inputRange(name), in: node.source)
            }
        }
        return tools
    }
}
