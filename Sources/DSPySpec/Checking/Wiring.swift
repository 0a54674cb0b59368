import DSPy
import OrderedJSON

/// Connects nodes to what stands before them; what nobody gives becomes an input of the whole.
struct Wiring {
    private let collector: DiagnosticCollector
    /// What the whole takes, in the order in which nodes ask.
    private(set) var inputs: [Port] = []
    /// Whether a step before could not be read, so that a missing name proves nothing.
    var isIncomplete = false
    private var fields: [Port] = []
    private var steps: [Port] = []
    /// Fields that a step gave and nobody has read yet.
    private var unread: Set<String> = []

    init(collector: DiagnosticCollector) { self.collector = collector }

    /// Finds a source for each input of a node, and holds the types against each other.
    mutating func connect(_ node: CheckedNode, _ spec: NodeSpec) {
        for (input, binding) in zip(node.inputs, node.bindings) {
            let rename = spec.renames.last { $0.input == input.name }
            let range = rename?.pathRange ?? spec.inputRange(input.name)
            let known = fields + inputs.filter { port in !fields.contains { $0.name == port.name } }
            if let source = SpecChecker.port(at: binding.path, fields: known, steps: steps) {
                unread.remove(binding.path[0])
                for step in steps where step.name == binding.path[0] {
                    if case .prediction(let ports) = step.shape {
                        for port in ports where binding.path.count < 2 || port.name == binding.path[1] {
                            unread.remove(port.name)
                        }
                    }
                }
                check(source, input, binding, range, spec)
            } else if binding.path.count == 1, !isMeantForStep(binding.path[0], rename) {
                inputs.append(
                    Port(
                        name: binding.path[0], shape: input.shape, description: input.description,
                        isOptional: input.isOptional))
            } else if !isIncomplete {
                unknown(binding.path, range, spec)
            }
        }
    }

    /// A rename to a plain name that resembles a step's is a misspelling, not a new input.
    private func isMeantForStep(_ name: String, _ rename: NodeSpec.Rename?) -> Bool {
        rename != nil && Spelling.closest(to: name, among: steps.map(\.name)) != nil
    }

    private func unknown(_ path: [String], _ range: Range<TextPosition>, _ spec: NodeSpec) {
        let known = fields.map(\.name) + inputs.map(\.name) + steps.map(\.name)
        let help: String?
        if path.count > 1, let step = steps.last(where: { $0.name == path[0] }),
            case .prediction(let ports) = step.shape
        {
            let meant = Spelling.closest(to: path[1], among: ports.map(\.name))
            help =
                meant.map { "did you mean `\(path[0]).\($0)`?" }
                ?? "`\(path[0])` gives \(ports.map { "`\($0.name)`" }.joined(separator: ", "))"
        } else {
            let meant = Spelling.closest(to: path[0], among: known)
            help = meant.map { "did you mean `\(([$0] + path.dropFirst()).joined(separator: "."))`?" }
        }
        collector.error(
            .unknownName, "step \"\(path[0])\" does not give `\(path.joined(separator: "."))`", help: help, at: range,
            in: spec.source)
    }

    private func check(
        _ source: Port, _ input: Port, _ binding: Binding, _ range: Range<TextPosition>, _ spec: NodeSpec
    ) {
        guard case .field(let wanted?) = input.shape, !source.fits(wanted) else { return }
        collector.error(
            .edge,
            "`\(input.name)` is declared \(wanted.name), but `\(binding.path.joined(separator: "."))` is \(source.typeName)",
            help: "declare the same type, or none: an input without a type takes any value", at: range, in: spec.source)
    }

    /// Enters what a node gives; a value that hides one nobody has read is worth a warning.
    mutating func enter(_ node: CheckedNode, _ spec: NodeSpec, isLast: Bool) {
        for output in node.outputs {
            // Every ChainOfThought gives a reasoning of its own; that one hides another is how it is meant.
            if unread.contains(output.name), output.name != "reasoning" {
                collector.warning(
                    .shadowed, "`\(output.name)` hides the value of an earlier step that nobody has read",
                    help: "rename it, or give the step a name and read `step.\(output.name)`",
                    at: spec.inputRange(output.name), in: spec.source)
            }
            fields.removeAll { $0.name == output.name }
            fields.append(output)
            if !isLast { unread.insert(output.name) }
        }
        guard let name = node.name else { return }
        if steps.contains(where: { $0.name == name }) {
            collector.error(
                .nameClash, "two steps are called `\(name)`", at: spec.nameRange ?? spec.range, in: spec.source)
        }
        steps.append(Port(name: name, shape: .prediction(node.outputs)))
    }
}

extension NodeSpec {
    /// Where a field's name stands in the node's signature; else the node's first line.
    func inputRange(_ name: String) -> Range<TextPosition> {
        if case .signature(let signature) = kind {
            return signature.ranges[name] ?? signature.range
        }
        return range
    }
}
