import OrderedJSON

/// The values that the steps of a program see: its inputs, and what earlier steps gave.
public struct Scope: Sendable {
    private var fields: ValueDict
    private var steps: [(name: String, prediction: Prediction)] = []

    /// A scope that holds a program's inputs.
    public init(_ inputs: ValueDict) { fields = inputs }

    /// Enters what a step gave: its fields by name, and, if it has a name, the whole under that.
    public mutating func enter(_ prediction: Prediction, of step: String?) {
        for (key, value) in prediction.fields { fields[key] = value }
        guard let step else { return }
        steps.removeAll { $0.name.hasSameBytes(as: step) }
        steps.append((step, prediction))
    }

    /// The value at a path: a field, a step's whole prediction, a step's field, or a part of any of them.
    public func value(at path: [String]) -> Value? {
        guard let first = path.first else { return nil }
        // A lone name is a field before it is a step; with more behind it, a step's field comes first.
        if path.count == 1 { return fields[first] ?? step(first).map { .prediction($0) } }
        if let step = step(first), let value = step[path[1]], let part = Self.part(of: value, path.dropFirst(2)) {
            return part
        }
        if let part = fields[first].flatMap({ Self.part(of: $0, path.dropFirst()) }) { return part }
        // What a node reads of the steps around it comes in under its whole path.
        return fields[path.joined(separator: ".")]
    }

    private func step(_ name: String) -> Prediction? {
        steps.first { $0.name.hasSameBytes(as: name) }?.prediction
    }

    private static func part(of value: Value, _ path: ArraySlice<String>) -> Value? {
        guard let name = path.first else { return value }
        let inner: Value? =
            switch value {
            case .dict(let members): members[name]
            case .record(let record): record.fields[name]
            case .prediction(let prediction): prediction[name]
            case .list(let items): Int(name).flatMap { items.indices.contains($0) ? items[$0] : nil }
            default: nil
            }
        return inner.flatMap { part(of: $0, path.dropFirst()) }
    }
}
