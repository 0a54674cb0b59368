package import Transport
import Basics
package import DSPyCore
package import OrderedJSON

/// A small real model on this machine, `local/smollm2-135m`: for trying things out and for tests.
///
/// The first request sets it up and starts its server, which later requests, and later processes, use again.
package final class LocalModel: LanguageModel {
    /// `local/smollm2-135m`.
    package let model: String
    /// Strict schemas, and the usual sampling options.
    package var capabilities: LMCapabilities { Self.abilities }
    /// What the model can do.
    static let abilities = LMCapabilities(
        responseSchema: true,
        supportedParams: [
            "temperature", "max_tokens", "max_completion_tokens", "top_p", "stop", "seed", "presence_penalty",
            "frequency_penalty", "logprobs", "top_logprobs", "response_format", "stream",
        ])
    /// The model's own options.
    package let defaults: JSONObject

    private let setup: LocalSetup
    private let transport: any HTTPTransport
    private let timeout: Duration

    /// The model of a name; nothing is set up yet.
    ///
    /// - Parameters:
    ///   - name: `smollm2-135m`.
    ///   - environment: Names the cache folder and where programs are found.
    ///   - defaults: The model's own options.
    ///   - transport: What carries requests.
    ///   - timeout: How long one request may take, set-up not counted.
    ///   - idleSeconds: How long the server stays without a request.
    ///   - progress: Gets one line for each step of the set-up.
    /// - Throws: `LMError` (`not_configured`) for another name, or without a home folder.
    package init(
        _ name: String, environment: [String: String], defaults: JSONObject = [:],
        transport: any HTTPTransport = CurlTransport.shared, timeout: Duration = .seconds(600), idleSeconds: Int = 600,
        progress: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(LMError) {
        guard name == "smollm2-135m" else {
            throw LMError(.notConfigured, "there is no local model \"\(name)\"; there is local/smollm2-135m")
        }
        model = "local/" + name
        self.defaults = defaults
        self.transport = transport
        self.timeout = timeout
        setup = LocalSetup(
            folder: try LocalFolder(environment: environment), environment: environment, idleSeconds: idleSeconds,
            progress: progress)
    }

    /// How long a server stays, in words.
    package static func idleText(_ seconds: Int) -> String {
        seconds >= 120 && seconds % 60 == 0 ? "\(seconds / 60) minutes" : "\(seconds) seconds"
    }

    /// Answers, after setting the model up if needed.
    package func complete(_ request: LMRequest) async throws -> LMResponse {
        try await asked(mayRepeat: { true }) { try await $0.complete(LocalSchema.adapted(request)) }
    }

    /// As `complete`, and tells the answer while it comes in.
    package func stream(
        _ request: LMRequest, onEvent: (LMStreamEvent) async throws -> Void
    ) async throws -> LMResponse {
        var isTold = false
        return try await asked(mayRepeat: { !isTold }) { http in
            try await http.stream(LocalSchema.adapted(request)) { event in
                isTold = true
                try await onEvent(event)
            }
        }
    }

    /// Asks the server, and once more when it ended meanwhile: it does so by itself when nobody asked for a while.
    private func asked(
        mayRepeat: () -> Bool, _ ask: (HTTPLanguageModel) async throws -> LMResponse
    ) async throws -> LMResponse {
        do {
            return try await askedOnce(ask)
        } catch let error as LMError where error.code == .transport && mayRepeat() {
            return try await askedOnce(ask)
        }
    }

    private func askedOnce(_ ask: (HTTPLanguageModel) async throws -> LMResponse) async throws -> LMResponse {
        let endpoint = try await setup.endpoint()
        let http = HTTPLanguageModel(
            model: model, capabilities: capabilities, defaults: defaults, provider: "local", wireModel: "smollm2-135m",
            url: endpoint.address + "/v1/chat/completions",
            headers: [HTTPLanguageModel.contentType, ("Authorization", "Bearer \(endpoint.key)")],
            dialect: OpenAIChatDialect(), transport: transport, timeout: timeout, secrets: Secrets([endpoint.key]),
            authHint: "another program may listen at \(endpoint.address)")
        do {
            return try await ask(http)
        } catch let error as LMError where error.code == .transport || error.code == .auth {
            // The server ended, or another program took its port: the next try starts a new one.
            await setup.forget(endpoint)
            throw error
        }
    }
}

/// The one set-up that all requests of a process wait for.
private actor LocalSetup {
    private let folder: LocalFolder
    private let environment: [String: String]
    private let idleSeconds: Int
    private let progress: @Sendable (String) -> Void
    private var current: Task<LocalServer.Endpoint, any Error>?

    init(
        folder: LocalFolder, environment: [String: String], idleSeconds: Int,
        progress: @escaping @Sendable (String) -> Void
    ) {
        self.folder = folder
        self.environment = environment
        self.idleSeconds = idleSeconds
        self.progress = progress
    }

    func endpoint() async throws -> LocalServer.Endpoint {
        while true {
            let task = current ?? start()
            current = task
            do {
                return try await withTaskCancellationHandler {
                    try await task.value
                } onCancel: {
                    task.cancel()
                }
            } catch {
                if current == task { current = nil }
                // Another request that waited for the same set-up was cancelled, not this one.
                if error is CancellationError, !Task.isCancelled { continue }
                throw error
            }
        }
    }

    private func start() -> Task<LocalServer.Endpoint, any Error> {
        Task { [folder, environment, idleSeconds, progress] in
            do {
                return try await BlockingThread.run { isCancelled in
                    try LocalServer(
                        folder: folder, environment: environment, idleSeconds: idleSeconds, progress: progress,
                        isCancelled: isCancelled
                    ).endpoint()
                }
            } catch let error as ThreadError {
                throw LMError(.transport, error.description)
            }
        }
    }

    func forget(_ endpoint: LocalServer.Endpoint) async {
        if let task = current, let known = try? await task.value, known == endpoint, current == task { current = nil }
    }
}
