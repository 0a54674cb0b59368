import Transport
import Basics
import Platform
import DSPyCore
import OrderedJSON

/// Vectors from an OpenAI-compatible `/embeddings` address.
///
/// - Source: dspy/clients/embedding.py (3.4.1), `Embedder`.
package struct HTTPEmbedder: Embedder {
    /// `provider/model`.
    package let model: String
    let wireModel: String
    /// The full address.
    let url: String
    let headers: [(name: String, value: String)]
    let transport: any HTTPTransport
    let timeout: Duration
    let secrets: Secrets
    let authHint: String
    let retries: Int
    let jitter: @Sendable (Double) -> Double
    let sleep: @Sendable (Duration) async throws -> Void
    /// Hears of each request before it is sent.
    var onCall: (@Sendable () -> Void)?

    /// How many texts one request holds, as in DSPy.
    static let batch = 200

    /// One vector for each text, in their order; 200 texts go in one request, failures that may pass are tried again.
    ///
    /// - Throws: `LMError`.
    package func embed(_ texts: [String]) async throws -> [[Float]] {
        var vectors: [[Float]] = []
        for start in stride(from: 0, to: texts.count, by: Self.batch) {
            vectors += try await repeated(Array(texts[start..<min(start + Self.batch, texts.count)]))
        }
        return vectors
    }

    private func repeated(_ texts: [String]) async throws -> [[Float]] {
        var failed = 0
        while true {
            do {
                return try await exchange(texts)
            } catch let failure {
                guard var error = LMError(of: failure) else { throw failure }
                error.model = model
                error.message = secrets.redacted(error.message)
                if error.code == .auth { error.message += "; \(authHint)" }
                guard error.isRetryable, failed < retries, error.retryAfter ?? 0 <= 600 else {
                    error.attempts += failed
                    throw error
                }
                try await sleep(.bounded(seconds: error.retryAfter ?? jitter(Double(min(1 << min(failed, 6), 60)))))
                failed += 1
            }
        }
    }

    private func exchange(_ texts: [String]) async throws -> [[Float]] {
        let body: JSON = ["model": .string(wireModel), "input": .array(texts.map { .string($0) })]
        onCall?()
        let response = try await transport.send(
            HTTPRequest(
                url: url, headers: headers, body: Array(body.text(.compact).utf8), timeout: timeout))
        guard response.isSuccess else {
            throw HTTPErrorReader.error(
                in: response, secrets: secrets, proxy: HTTPRequest(url: url).proxy?.description,
                now: Double(SystemClock.seconds))
        }
        guard let reply = try? ReplyText.json(response.body), let data = reply["data"]?.array else {
            throw LMError(
                .badReply, "the reply holds no `data`: \"\(response.text.shortened(to: 80))\"", status: response.status)
        }
        var vectors = [[Float]?](repeating: nil, count: texts.count)
        for (place, item) in data.enumerated() {
            let index = item["index"]?.int ?? place
            guard vectors.indices.contains(index) else { continue }
            vectors[index] = item["embedding"]?.array?.compactMap { $0.number.map { Float($0) } }
        }
        let found = vectors.compactMap { $0 }
        guard found.count == texts.count, Set(found.map(\.count)).count == 1, found[0].count > 0 else {
            throw LMError(
                .badReply,
                "the reply holds \(found.count) vectors for \(texts.count) texts, or vectors of different lengths",
                status: response.status)
        }
        return found
    }
}
