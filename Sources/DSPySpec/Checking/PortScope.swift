import DSPyCore

/// What can be named at a place of a program: inputs, fields that steps gave, and the steps themselves.
///
/// It finds the type of a path as `Scope.value(at:)` finds its value.
struct PortScope {
    /// The program's inputs.
    var inputs = PortTable()
    /// What steps gave.
    var fields = PortTable()
    /// Named steps, as predictions.
    var steps = PortTable()
    /// What can be named around; nothing, or one scope.
    var outer: [PortScope] = []

    /// A field that a step gave, else an input.
    func field(_ name: String) -> Port? { fields[name] ?? inputs[name] }

    /// The port at a path.
    func port(at path: [String]) -> Port? {
        guard let first = path.first else { return nil }
        if path.count == 1 { return field(first) ?? steps[first] }
        if let step = steps[first], let port = Self.part(of: step, path.dropFirst()) { return port }
        if let port = field(first).flatMap({ Self.part(of: $0, path.dropFirst()) }) { return port }
        // What a node reads of the steps around it comes in under its whole path.
        return field(path.joined(separator: "."))
    }

    /// The port at a path, here or around; an input from around is what it is there, not what nodes here declare.
    func seen(at path: [String]) -> Port? {
        // Each scope is asked once: two questions at every level would double all the way out.
        if let first = path.first, fields[first] == nil, steps[first] == nil {
            return outer.first?.seen(at: path) ?? port(at: path)
        }
        return port(at: path) ?? outer.first?.seen(at: path)
    }

    /// The type at a path, here or around; nil when it is not known.
    func type(at path: [String]) -> FieldType? {
        guard case .field(let type)? = seen(at: path)?.shape else { return nil }
        return type
    }

    /// Whether a step here or around gives a field of the name.
    func isGiven(_ name: String) -> Bool { fields[name] != nil || outer.first?.isGiven(name) ?? false }

    /// The names of the fields here and around that every run gives.
    var givenNames: [String] {
        let own = (fields.ports + inputs.ports).filter { !$0.isPartial && SpecPath.parts(of: $0.name).count == 1 }
        var names: [String] = []
        var seen: Set<String> = []
        for name in own.map(\.name) + (outer.first?.givenNames ?? []) where seen.insert(name).inserted {
            names.append(name)
        }
        return names.filter { !(self.seen(at: [$0])?.isPartial ?? true) }
    }

    /// What a node sees of this scope: all of it, and what `in` brings under other names.
    func renamed(_ renames: [NodeSpec.Rename]) -> PortScope {
        guard !renames.isEmpty else { return self }
        var scope = PortScope(outer: [self])
        for rename in renames {
            guard let port = seen(at: rename.path) else { continue }
            scope.fields.set(Port(name: rename.input, shape: port.shape, isPartial: port.isPartial))
        }
        return scope
    }

    /// Enters what a node gives; what only some of its branches give leaves an earlier value where it was.
    mutating func enter(_ outputs: [Port], of step: String?) {
        for output in outputs {
            if output.isPartial, let before = field(output.name), !before.isPartial,
                let shape = PortJoin.shape(before.shape, output.shape)
            {
                fields.set(Port(name: output.name, shape: shape))
            } else {
                fields.set(output)
            }
        }
        if let step { steps.set(Port(name: step, shape: .prediction(outputs))) }
    }

    private static func part(of port: Port, _ path: ArraySlice<String>) -> Port? {
        guard let name = path.first else { return port }
        let inner: Port?
        switch port.shape {
        case .prediction(let fields): inner = fields.first { $0.name == name }
        case .field(nil): inner = Port(name: name, shape: .field(nil))
        case .field(let type?): inner = part(of: type, name).map { Port(name: name, shape: .field($0.type)) }
        }
        return inner.flatMap { part(of: $0, path.dropFirst()) }
    }

    /// The type of a part; nil inside when any type may be there, nil outside when there is no such part.
    private static func part(of type: FieldType, _ name: String) -> (type: FieldType?, Void)? {
        switch type {
        case .any: return (nil, ())
        case .record(let record): return record.fields.first { $0.name == name }.map { ($0.type, ()) }
        case .dict(_, let shape): return (shape?.value, ())
        case .list(_, let element): return name.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? (element, ()) : nil
        case .union(let alternatives):
            let parts = alternatives.compactMap { part(of: $0, name) }
            let types = parts.compactMap(\.type)
            guard !parts.isEmpty else { return nil }
            return (types.count == parts.count ? .union(of: types) : nil, ())
        default: return nil
        }
    }

    // MARK: Unknown paths

    /// What to say of a path that only some branches give.
    static func complaint(aboutPart path: [String]) -> (message: String, help: String?) {
        (
            "only some branches give `\(path.joined(separator: "."))`",
            "give it in every branch, or give it a value before they part"
        )
    }

    /// What to say of a path that nothing gives.
    func complaint(about path: [String]) -> (message: String, help: String?) {
        let shown = path.joined(separator: ".")
        if let around = outer.first, steps[path[0]] == nil, field(path[0]) == nil, around.knows(path[0]) {
            return around.complaint(about: path)
        }
        guard path.count > 1, let owner = steps[path[0]] ?? field(path[0]) else {
            // Only the nearest names of a very long program are worth a guess.
            let known = nearest
            let help = DiagnosticCollector.closest(to: path[0], among: known).map { meant in
                let whole = [meant] + path.dropFirst()
                return "did you mean `\(seen(at: whole) == nil ? meant : whole.joined(separator: "."))`?"
            }
            return ("nothing gives `\(shown)`", help ?? Self.listed(known))
        }
        let parts = Self.names(of: owner)
        let help =
            DiagnosticCollector.closest(to: path[1], among: parts).map { "did you mean `\(path[0]).\($0)`?" }
            ?? (parts.isEmpty ? nil : "`\(path[0])` has \(parts.map { "`\($0)`" }.joined(separator: ", "))")
        let what = steps[path[0]] == nil ? "`\(path[0])` is \(owner.typeName) and" : "the step `\(path[0])`"
        return ("\(what) has no `\(path.dropFirst().joined(separator: "."))`", help)
    }

    /// Whether a name means something here or around.
    private func knows(_ name: String) -> Bool {
        steps[name] != nil || field(name) != nil || outer.first?.knows(name) ?? false
    }

    /// The names that were given last, here and around.
    private var nearest: [String] {
        let own = [fields, inputs, steps].flatMap { $0.ports.suffix(30).map(\.name) }
        return own + (outer.first?.nearest.filter { !own.contains($0) } ?? [])
    }

    /// `there is …`, for help.
    static func listed(_ names: [String]) -> String? {
        guard !names.isEmpty else { return nil }
        let shown = names.prefix(12).map { "`\($0)`" }.joined(separator: ", ")
        return "there \(names.count == 1 ? "is" : "are") \(shown)\(names.count > 12 ? ", …" : "")"
    }

    private static func names(of port: Port) -> [String] {
        switch port.shape {
        case .prediction(let ports): ports.map(\.name)
        case .field(.record(let record)?): record.fields.map(\.name)
        case .field: []
        }
    }
}
