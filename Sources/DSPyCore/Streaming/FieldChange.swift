/// What a listener learns of a field.
package enum FieldChange: Sendable, Hashable {
    /// More of its text; exactly one delta since the last reset is the last.
    case delta(field: String, text: String, isLast: Bool)
    /// The text so far is void.
    case reset(field: String)
}
