import Basics
import DSPyCore
import OrderedJSON

/// Connects nodes to what stands before them; what nobody gives becomes an input of the whole.
struct Wiring {
    private let collector: DiagnosticCollector
    /// What can be named at this place.
    private(set) var scope = PortScope()
    /// What can be named around the whole.
    private var outer: PortScope { scope.outer.first ?? PortScope() }
    /// Whether a step before could not be read, so that a missing name proves nothing.
    var isIncomplete = false
    /// Steps so far; a number of a step in the tables below counts from 1.
    private var count = 0
    private var numbers: [String: Int] = [:]
    private var givers: [Int: String] = [:]
    /// Which step gave a field that nobody has read yet.
    private var unread: [String: Int] = [:]
    /// Values hidden unread that can still be read as `step.field`.
    private var hidden: [Hidden] = []

    /// A field that a later one hides.
    private struct Hidden {
        let field: String
        let step: String
        let range: Range<TextPosition>
        let source: SpecSource
    }

    init(collector: DiagnosticCollector, outer: PortScope) {
        self.collector = collector
        scope.outer = [outer]
    }

    /// What the whole takes, in the order in which nodes ask.
    var inputs: [Port] { scope.inputs.ports }

    /// Finds a source for each input of a node, and holds the types against each other.
    mutating func connect(_ node: CheckedNode, _ spec: NodeSpec) {
        for (input, binding) in zip(node.inputs, node.bindings) {
            let rename = spec.renames.last { $0.input == input.name }
            let range = rename?.pathRange ?? spec.inputRange(input.name)
            let name = binding.path[0]
            if binding.path.count == 1, scope.fields[name] == nil, let known = scope.inputs[name] {
                scope.inputs.set(shared(known, input, binding, range, spec))
            } else if let source = scope.port(at: binding.path) {
                noteReading(of: binding.path)
                guard !refusePart(source, binding.path, range, spec.source) else { continue }
                check(source, input, binding, range, spec)
            } else if binding.path.count > 1, let source = outer.seen(at: binding.path) {
                guard !refusePart(source, binding.path, range, spec.source) else { continue }
                scope.inputs.set(Port(name: binding.path.joined(separator: "."), shape: source.shape))
                check(source, input, binding, range, spec)
            } else if binding.path.count == 1, !isMeantForStep(name, rename) {
                if let around = outer.seen(at: binding.path) {
                    checkText(around, input, name, range, spec)
                } else if scope.inputs[name] == nil {
                    warnOfNeighbour(name, range, spec.source)
                }
                var port = Port(
                    name: name, shape: input.shape, description: input.description, isOptional: input.isOptional)
                port.isNamedOnly = input.isNamedOnly
                scope.inputs.set(port)
            } else if !isIncomplete {
                let (message, help) = scope.complaint(about: binding.path)
                collector.error(.unknownName, message, help: help, at: range, in: spec.source)
            }
        }
    }

    // MARK: What a node reads itself

    /// Makes a path that the whole reads itself one of its inputs, unless it is there already.
    mutating func expect(_ path: PathSpec, in source: SpecSource) {
        guard scope.port(at: path.parts) == nil else { return }
        let around = outer.seen(at: path.parts)
        if let around, refusePart(around, path.parts, path.range, source) { return }
        guard path.parts.count == 1 || around != nil else { return }
        scope.inputs.set(Port(name: path.parts.joined(separator: "."), shape: around?.shape ?? .field(nil)))
    }

    /// The port of a path that the whole reads itself; what nothing gives is noted.
    func port(of path: PathSpec, in source: SpecSource) -> Port? {
        if let port = outer.seen(at: path.parts) ?? scope.port(at: path.parts) { return port }
        complain(of: path, in: source)
        return nil
    }

    /// The port of a path that is read after a round: what the round gave, else what came in.
    mutating func portAfterRound(of path: PathSpec, in source: SpecSource) -> Port? {
        expect(path, in: source)
        guard let port = scope.port(at: path.parts) else {
            if outer.seen(at: path.parts) == nil { complain(of: path, in: source) }
            return nil
        }
        return refusePart(port, path.parts, path.range, source) ? nil : port
    }

    private func complain(of path: PathSpec, in source: SpecSource) {
        guard !isIncomplete else { return }
        let (message, help) = scope.complaint(about: path.parts)
        collector.error(.unknownName, message, help: help, at: path.range, in: source)
    }

    private func refusePart(_ port: Port, _ path: [String], _ range: Range<TextPosition>, _ source: SpecSource) -> Bool
    {
        guard port.isPartial else { return false }
        let (message, help) = PortScope.complaint(aboutPart: path)
        collector.error(.unknownName, message, help: help, at: range, in: source)
        return true
    }

    /// Says the type of an input that nobody has declared.
    mutating func declare(_ path: [String], _ type: FieldType) {
        guard path.count == 1, case .field(nil)? = scope.inputs[path[0]]?.shape, scope.fields[path[0]] == nil else {
            return
        }
        scope.inputs.set(Port(name: path[0], shape: .field(type)))
    }

    /// Sets a value that exists only inside the whole.
    mutating func set(_ port: Port) { scope.fields.set(port) }

    /// Enters what a round gave.
    mutating func enterRound(_ node: CheckedNode) { scope.enter(node.outputs, of: node.name) }

    /// An input of the whole that several nodes take: it must suit each, and is wanted if one of them wants it.
    private func shared(
        _ known: Port, _ input: Port, _ binding: Binding, _ range: Range<TextPosition>, _ spec: NodeSpec
    ) -> Port {
        var port = known
        switch (known.shape, input.shape) {
        case (.field(nil), .field(.some)): port = Port(name: known.name, shape: input.shape)
        case (.field(let first?), .field(let second?)) where !Port.fits(first, second) && Port.fits(second, first):
            port = Port(name: known.name, shape: input.shape)
        default: check(known, input, binding, range, spec)
        }
        port.description = known.description ?? input.description
        port.isOptional = known.isOptional && input.isOptional
        port.isNamedOnly = known.isNamedOnly && input.isNamedOnly
        return port
    }

    /// A name that nothing gives and that is one letter from one which a step gives may be that one misspelt.
    private func warnOfNeighbour(_ name: String, _ range: Range<TextPosition>, _ source: SpecSource) {
        let known = scope.fields.ports.suffix(30).map(\.name)
        guard let meant = Spelling.neighbour(of: name, among: known) else { return }
        collector.warning(
            .unknownName, "nothing before gives `\(name)`, so that it is an input of the program",
            help: "a step gives `\(meant)`; if that is meant, write it so", at: range, in: source)
    }

    /// A rename to a plain name that resembles a step's is a misspelling, not a new input.
    private func isMeantForStep(_ name: String, _ rename: NodeSpec.Rename?) -> Bool {
        rename != nil
            && DiagnosticCollector.closest(to: name, among: scope.steps.ports.suffix(30).map(\.name)) != nil
    }

    private func check(
        _ source: Port, _ input: Port, _ binding: Binding, _ range: Range<TextPosition>, _ spec: NodeSpec
    ) {
        let path = binding.path.joined(separator: ".")
        checkText(source, input, path, range, spec)
        guard case .field(let wanted?) = input.shape, !source.fits(wanted) else { return }
        collector.error(
            .edge, "`\(input.name)` is declared \(wanted.name), but `\(path)` is \(source.typeName)",
            help: "declare the same type, or none: an input without a type takes any value", at: range, in: spec.source)
    }

    /// DSPy takes a field without a type for a text, and writes a list into one item by item.
    private func checkText(
        _ source: Port, _ input: Port, _ path: String, _ range: Range<TextPosition>, _ spec: NodeSpec
    ) {
        guard case .signature(let signature) = spec.kind, signature.places[input.name] != nil,
            case .field(nil) = input.shape, case .field(.list(_, let element?)?) = source.shape, !source.fits(.string),
            !element.isPrintedInText
        else { return }
        collector.error(
            .edge, "`\(input.name)` has no type, and `\(path)` is \(source.typeName)",
            help: "a field without a type takes no list of numbers and the like: declare "
                + "`\(input.name): \(source.typeName)`",
            at: range, in: spec.source)
    }

    /// Notes that somebody reads a path.
    mutating func noteReading(of path: [String]) {
        let name = path[0]
        let field = path.count > 1 ? path[1] : nil
        if let number = numbers[name], path.count == 1 ? scope.field(name) == nil : true {
            for (key, giver) in unread where giver == number && (field == nil || field == key) { unread[key] = nil }
            hidden.removeAll { $0.step == name && (field == nil || field == $0.field) }
        }
        unread[name] = nil
    }

    /// Enters what a node gives; a value that hides one nobody has read is worth a warning.
    mutating func enter(_ node: CheckedNode, _ spec: NodeSpec, isLast: Bool) {
        count += 1
        for output in node.outputs where !output.isPartial {
            // Every ChainOfThought gives a reasoning of its own; that one hides another is how it is meant.
            if let giver = unread[output.name], !ModuleRules.ownOutputs.contains(output.name) {
                let range = spec.inputRange(output.name)
                if let name = givers[giver] {
                    hidden.append(Hidden(field: output.name, step: name, range: range, source: spec.source))
                } else {
                    warn(output.name, nil, range, spec.source)
                }
            }
            unread[output.name] = isLast ? nil : count
        }
        givers[count] = node.name
        defer { scope.enter(node.outputs, of: node.name) }
        guard let name = node.name else { return }
        if scope.steps[name] != nil {
            collector.error(
                .nameClash, "two steps are called `\(name)`", at: spec.nameRange ?? spec.range, in: spec.source)
        }
        numbers[name] = count
    }

    /// Tells of the values that stayed hidden.
    func finish() {
        for value in hidden { warn(value.field, value.step, value.range, value.source) }
    }

    private func warn(_ field: String, _ step: String?, _ range: Range<TextPosition>, _ source: SpecSource) {
        collector.warning(
            .shadowed, "`\(field)` hides the value of an earlier step that nobody has read",
            help: step.map { "rename one of them, or read the earlier one as `\($0).\(field)`" }
                ?? "rename one of them, or give the earlier step a name and read `name.\(field)`",
            at: range, in: source)
    }
}

extension FieldType {
    /// Whether DSPy can write a list of such values into a field of type `str`.
    fileprivate var isPrintedInText: Bool {
        switch self {
        case .string, .any, .list, .dict, .set, .tuple, .record, .custom: true
        case .literal(let values): values.allSatisfy { $0.string != nil }
        case .union(let alternatives): alternatives.allSatisfy(\.isPrintedInText)
        default: false
        }
    }
}

extension NodeSpec {
    /// Where a field's name stands in the node's signature, else the whole signature; of other nodes the first character.
    func inputRange(_ name: String) -> Range<TextPosition> {
        guard case .signature(let signature) = kind else { return source.character(at: range.lowerBound) }
        guard let place = signature.places[name] else { return signature.text.range }
        return source.range(of: place, in: signature.text)
    }
}
