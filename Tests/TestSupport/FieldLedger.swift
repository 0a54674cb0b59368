/// Follows the deltas of fields, and notes every breach of the law of streams.
package struct FieldLedger {
    /// The text of each field since its last reset.
    package private(set) var texts: [String: String] = [:]
    /// How many resets there were.
    package private(set) var resets = 0
    /// What broke the law.
    package private(set) var breaches: [String] = []
    private var ended: Set<String> = []

    /// Nothing was told yet.
    package init() {}

    /// Takes a delta.
    package mutating func delta(_ field: String, _ text: String, isLast: Bool) {
        if ended.contains(field) { breaches.append("\(field): a chunk after the last one: \(text.debugDescription)") }
        if text.isEmpty, !isLast { breaches.append("\(field): an empty chunk that is not the last") }
        var whole = texts[field, default: ""].unicodeScalars
        whole.append(contentsOf: text.unicodeScalars)
        texts[field] = String(whole)
        if isLast { ended.insert(field) }
    }

    /// Takes a reset.
    package mutating func reset(_ field: String) {
        if texts[field] == nil { breaches.append("\(field): a reset of nothing") }
        texts[field] = nil
        ended.remove(field)
        resets += 1
    }

    /// What is missing at the end: every field must have ended.
    package func missing(_ fields: [String]) -> [String] {
        fields.filter { !ended.contains($0) }.map { "\($0): no last chunk" }
    }
}
