import DSPy
import OrderedJSON

/// Texts that no result and no message may show.
struct Secrets: Sendable, Hashable {
    private let texts: [String]

    /// Secrets; empty ones hide nothing.
    init(_ texts: [String]) {
        // The longest first: one may be part of another.
        self.texts = texts.filter { !$0.isEmpty }.sorted { $0.utf8.count > $1.utf8.count }
    }

    /// Whether a text holds one.
    func occur(in text: String) -> Bool { texts.contains { PythonString.replace(text, $0, with: "") != text } }

    /// A text with each of them replaced by `[secret]`.
    func masked(_ text: String) -> String {
        texts.reduce(text) { PythonString.replace($0, $1, with: "[secret]") }
    }

    /// A value with each of them replaced in its texts.
    func masked(_ json: JSON) -> JSON {
        guard !texts.isEmpty else { return json }
        switch json {
        case .string(let text): return .string(masked(text))
        case .array(let items): return .array(items.map { masked($0) })
        case .object(let object):
            return .object(JSONObject(object.members.map { (key: masked($0.key), value: masked($0.value)) }))
        default: return json
        }
    }
}
