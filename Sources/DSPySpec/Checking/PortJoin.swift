import DSPyCore
import OrderedJSON

/// What several branches give together, of which one runs.
enum PortJoin {
    /// The outputs: what all branches give with the widest of their types, and, as partial, what only some give.
    ///
    /// - Parameter isTotal: Whether one of the branches runs in any case.
    static func outputs(_ branches: [[Port]], isTotal: Bool) -> [Port] {
        var joined = PortTable()
        for name in branches.flatMap({ $0.map(\.name) }) where joined[name] == nil {
            let given = branches.compactMap { $0.first { $0.name.hasSameBytes(as: name) } }
            let first = given[0]
            let isEverywhere = isTotal && given.count == branches.count && !given.contains(where: \.isPartial)
            let common = given.dropFirst().reduce(Optional(first.shape)) {
                $0.flatMap { [port = $1] in shape($0, port.shape) }
            }
            joined.set(
                Port(
                    name: name, shape: common ?? .field(nil), description: first.description,
                    isOptional: !isEverywhere || common == nil || given.contains(where: \.isOptional),
                    isPartial: !isEverywhere || common == nil))
        }
        return joined.ports
    }

    /// The narrowest shape that takes both; nil when there is none.
    static func shape(_ a: Port.Shape, _ b: Port.Shape) -> Port.Shape? {
        switch (a, b) {
        case (.field(let a), .field(let b)):
            guard let a, let b else { return .field(nil) }
            if a == .any || b == .any { return .field(.any) }
            if Port.holds(a, b) { return .field(b) }
            return .field(Port.holds(b, a) ? a : .union(of: [a, b]))
        case (.prediction(let a), .prediction(let b)): return .prediction(outputs([a, b], isTotal: true))
        default: return nil
        }
    }
}
