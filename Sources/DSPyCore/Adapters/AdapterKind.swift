/// DSPy's adapters, by the names that program files and flags have for them.
package enum AdapterKind: String, Sendable, Hashable, CaseIterable {
    case chat, json, xml, baml
    case twoStep = "two_step"

    /// Whether it can ask again as JSON after an answer that it cannot read (`use_json_adapter_fallback`).
    package var takesFallback: Bool {
        switch self {
        case .chat, .xml: true
        case .json, .baml, .twoStep: false
        }
    }

    /// Whether it needs a model of its own (`extraction_lm`).
    package var needsModel: Bool {
        switch self {
        case .twoStep: true
        case .chat, .json, .xml, .baml: false
        }
    }

    /// The adapter as a name alone asks for it; nil for one that needs a model.
    package var plain: (any Adapter)? {
        switch self {
        case .chat: ChatAdapter()
        case .json: JSONAdapter()
        case .xml: XMLAdapter()
        case .baml: BAMLAdapter()
        case .twoStep: nil
        }
    }

    package static let names = allCases.map(\.rawValue)
    /// The names that stand alone.
    package static let plainNames = allCases.filter { !$0.needsModel }.map(\.rawValue)
}
