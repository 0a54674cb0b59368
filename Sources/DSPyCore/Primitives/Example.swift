public import OrderedJSON

/// A piece of data: fields, some of which may be marked as inputs.
///
/// - Source: dspy/primitives/example.py (3.4.1).
public struct Example: Sendable, Hashable {
    /// The fields in order.
    public var fields: ValueDict
    /// The names of the input fields; nil when none were marked.
    public private(set) var inputKeys: Set<String>?

    /// An example of fields, none marked.
    public init(_ fields: ValueDict) { self.fields = fields }

    /// The value of a field, if there is one.
    public subscript(name: String) -> Value? {
        get { fields[name] }
        set { fields[name] = newValue }
    }

    /// The same example with its inputs marked.
    public func withInputs(_ names: String...) -> Example { withInputs(names) }

    /// The same example with its inputs marked.
    public func withInputs(_ names: [String]) -> Example {
        var copy = self
        copy.inputKeys = Set(names)
        return copy
    }

    /// Only the input fields; nil when none were marked.
    public func inputs() -> Example? {
        guard let inputKeys else { return nil }
        var copy = Example(ValueDict(unique: fields.members.filter { inputKeys.contains($0.key.string ?? "") }))
        copy.inputKeys = inputKeys
        return copy
    }

    /// All but the input fields; nil when none were marked.
    public func labels() -> Example? {
        guard let inputKeys else { return nil }
        return Example(ValueDict(unique: fields.members.filter { !inputKeys.contains($0.key.string ?? "") }))
    }

    /// The same example without some fields.
    public func without(_ names: String...) -> Example {
        var copy = self
        for name in names { copy.fields[name] = nil }
        return copy
    }

    /// DSPy's `toDict()`: plain data by field.
    public func toDict() -> JSONObject {
        JSONObject(fields.members.map { (key: $0.key.pythonString, value: $0.value.plainJSON) })
    }

    /// Python's `repr`.
    public var pythonRepr: String {
        let shown = ValueDict(unique: fields.members.filter { !($0.key.string ?? "").hasPrefix("dspy_") })
        let keys = inputKeys.map { Value.set($0.sorted().map { .string($0) }).pythonRepr } ?? "None"
        return "Example(\(Value.dict(shown).pythonRepr)) (input_keys=\(keys))"
    }
}
