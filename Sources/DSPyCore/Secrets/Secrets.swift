package import OrderedJSON

/// Texts that must not show up in any message or result, even when a server echoes them back.
package struct Secrets: Sendable, CustomStringConvertible {
    /// The shortest text that is looked for: less is no secret, and would be found in much that has nothing to do with it.
    private static let shortest = 6

    /// The longest first: one may begin with another.
    private let values: [[UInt8]]
    /// Whether a secret begins with a byte.
    private let begins: [Bool]

    /// Secrets; texts of less than six bytes are not looked for.
    package init(_ values: [String] = []) {
        self.values = values.map { Array($0.utf8) }.filter { $0.count >= Self.shortest }
            .sorted { $0.count > $1.count }
        var begins = [Bool](repeating: false, count: 256)
        for value in self.values { begins[Int(value[0])] = true }
        self.begins = begins
    }

    /// A text with each secret replaced by `[secret]`.
    package func redacted(_ text: String) -> String {
        guard !values.isEmpty else { return text }
        let bytes = Array(text.utf8)
        var clean: [UInt8] = []
        var (place, kept) = (0, 0)
        while place < bytes.count {
            guard begins[Int(bytes[place])],
                let secret = values.first(where: { bytes[place...].starts(with: $0) })
            else {
                place += 1
                continue
            }
            clean += bytes[kept..<place]
            clean += "[secret]".utf8
            place += secret.count
            kept = place
        }
        return kept == 0 ? text : String(decoding: clean + bytes[kept...], as: UTF8.self)
    }

    /// A value with each secret replaced in its texts and keys.
    package func redacted(_ json: JSON) -> JSON {
        guard !values.isEmpty else { return json }
        switch json {
        case .string(let text): return .string(redacted(text))
        case .array(let items): return .array(items.map { redacted($0) })
        case .object(let object):
            return .object(JSONObject(object.members.map { (key: redacted($0.key), value: redacted($0.value)) }))
        default: return json
        }
    }

    /// How many there are, never what they are.
    package var description: String { "\(values.count) secrets" }
}
