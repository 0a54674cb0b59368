public import OrderedJSON

/// What a module answers: its output fields, the other generations if there were several, and what it used.
///
/// A field is read by its name, `prediction.answer` or `prediction["answer"]`; where it is called like a member of this type
/// (`fields`, `usage`, …), only the second form means it.
///
/// - Source: dspy/primitives/prediction.py (3.4.1).
@dynamicMemberLookup public struct Prediction: Sendable, Hashable {
    /// The fields of the first generation, in order.
    public var fields: ValueDict
    /// The fields of every generation; empty for a prediction that no model made directly.
    public var completions: [ValueDict]
    /// Token counts by model, summed over all calls; nil when nobody counted.
    public var usage: JSONObject?

    /// A prediction of fields.
    public init(_ fields: ValueDict, completions: [ValueDict] = [], usage: JSONObject? = nil) {
        self.fields = fields
        self.completions = completions
        self.usage = usage
    }

    /// A prediction of all generations of one call: a field's first values are its own.
    public init(completions: [ValueDict]) {
        self.init(completions.first ?? [:], completions: completions)
    }

    /// The value of a field, if there is one.
    public subscript(name: String) -> Value? { fields[name] }

    /// The value of a field, if there is one: `prediction.answer`.
    public subscript(dynamicMember name: String) -> Value? { fields[name] }

    /// DSPy's `get_lm_usage()`.
    public func getLMUsage() -> JSONObject? { usage }

    /// DSPy's `toDict()`: plain data by field.
    public func toDict() -> JSONObject {
        JSONObject(fields.members.map { (key: $0.key.pythonString, value: $0.value.keptJSON) })
    }

    /// `toDict()` as a JSON value.
    public var json: JSON { .object(toDict()) }

    /// Python's `repr`, which is what a later prompt shows when a whole prediction is an input.
    public var pythonRepr: String {
        let shown = fields.members.map { "\($0.key.pythonString)=\($0.value.pythonRepr)" }.joined(separator: ",\n    ")
        if completions.count <= 1 { return "Prediction(\n    \(shown)\n)" }
        let omitted = completions.count - 1
        return "Prediction(\n    \(shown),\n    completions=Completions(...)\n) (\(omitted) completions omitted)"
    }
}

extension Prediction: CustomStringConvertible {
    /// Python's `repr`, as `print` shows a prediction there.
    public var description: String { pythonRepr }
}
