package import DSPyCore
package import OrderedJSON

/// A model that answers only what was recorded: no network, no key, no libcurl.
package struct ReplayModel: LanguageModel {
    /// The model's name.
    package let model: String
    /// What adapters may ask of it; must be what it was when the recording was made.
    package let capabilities: LMCapabilities
    /// The model's own options.
    package let defaults: JSONObject
    private let recording: Recording

    /// A model that answers from a recording; several may share one.
    package init(
        _ recording: Recording, model: String, capabilities: LMCapabilities = LMCapabilities(),
        defaults: JSONObject = [:]
    ) {
        self.recording = recording
        self.model = model
        self.capabilities = capabilities
        self.defaults = defaults
    }

    /// The recorded answer.
    ///
    /// - Throws: the recorded failure, or `LMError` (`unanswered`) that shows the nearest recorded request.
    package func complete(_ request: LMRequest) async throws -> LMResponse {
        try Task.checkCancellation()
        let nothing = LMResponse(outputs: [])
        return try recording.answer(
            RecordedExchange(request, model: model, defaults: defaults, outcome: .success(nothing)))
    }
}
