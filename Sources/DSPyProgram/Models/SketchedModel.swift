package import DSPyCore
import DSPySpec
package import OrderedJSON

/// A model that is never asked.
package struct SketchedModel: LanguageModel {
    /// `provider/model`.
    package let model: String
    /// What adapters may ask of it.
    package let capabilities: LMCapabilities
    /// The options that it would be asked with: the program's, with those of whoever runs it on top.
    package let defaults: JSONObject
    /// What the program says of it.
    let spec: LMSpec

    /// Never answers.
    package func complete(_ request: LMRequest) async throws -> LMResponse {
        throw LMError(.unanswered, "a preview asks no model", model: model)
    }
}

/// An embedder that is never asked.
struct SketchedEmbedder: Embedder {
    let model: String

    func embed(_ texts: [String]) async throws -> [[Float]] {
        throw LMError(.unanswered, "a preview asks no model", model: model)
    }
}
