package import DSPyCore
package import OrderedJSON

/// A model whose exchanges are written down, one JSON line each, as they finish.
package struct RecordingModel: LanguageModel {
    /// The model behind.
    package let base: any LanguageModel
    private let file: RecordingFile
    private let written: JSONObject

    /// A model that writes into a file; several may share one.
    ///
    /// - Parameter written: The model's own options as they are to be written down, with the names of variables in place of
    ///   their values; nil for those of the model behind.
    package init(_ base: any LanguageModel, to file: RecordingFile, options written: JSONObject? = nil) {
        self.base = base
        self.file = file
        self.written = written ?? base.defaults
    }

    /// The name of the model behind.
    package var model: String { base.model }
    /// The capabilities of the model behind.
    package var capabilities: LMCapabilities { base.capabilities }
    /// The defaults of the model behind.
    package var defaults: JSONObject { base.defaults }

    /// Answers as the model behind does, and writes it down.
    package func complete(_ request: LMRequest) async throws -> LMResponse {
        try await recorded(request) { try await base.complete(request) }
    }

    /// As `complete`, and tells the answer while it comes in.
    package func stream(
        _ request: LMRequest, onEvent: (LMStreamEvent) async throws -> Void
    ) async throws -> LMResponse {
        try await recorded(request) { try await base.stream(request, onEvent: onEvent) }
    }

    /// The recording keeps what happened; a cache behind it lets go.
    package func forget(_ request: LMRequest) { base.forget(request) }

    private func recorded(
        _ request: LMRequest, _ ask: () async throws -> LMResponse
    ) async throws -> LMResponse {
        do {
            let response = try await ask()
            write(request, .success(response))
            return response
        } catch let error as LMError {
            write(request, .failure(error))
            throw error
        }
    }

    private func write(_ request: LMRequest, _ outcome: Result<LMResponse, LMError>) {
        file.append(RecordedExchange(request, model: model, defaults: written, outcome: outcome))
    }
}
