import DSPyCore
import OrderedJSON
import Synchronization
import TestSupport
import Testing

@testable import DSPyClients

@Suite("Recorded exchanges of DSPy's default engine")
struct WireTests {
    @Test("there are recorded cases")
    func cases() {
        #expect(WireCase.all.count >= 20)
    }

    @Test("the request body is the same to the byte", arguments: WireCase.all)
    func body(of wire: WireCase) throws {
        let model = String((wire.line["lm"]?["model"]?.string ?? "").drop { $0 != "/" }.dropFirst())
        let request = try wire.request()
        let bytes =
            wire.isResponses
            ? try OpenAIResponsesDialect().body(for: request, model: model, defaults: wire.options)
            : try OpenAIChatDialect().body(
                for: request, model: model, defaults: wire.options, isStreaming: wire.isStream)
        #expect(String(decoding: bytes, as: UTF8.self) == wire.body)
    }

    @Test("requests, waits and the kind of error are the same", arguments: WireCase.all.filter { !$0.isStream })
    func exchange(of wire: WireCase) async throws {
        let replies = (wire.line["http_responses"]?.array ?? []).map { reply in
            LoopbackServer.Reply(
                status: reply["status"]?.int ?? 200,
                reply["json"].map { $0.text(.python) } ?? reply["text"]?.string ?? "")
        }
        let server = try LoopbackServer(replies: replies)
        let delays = Delays()
        let model = try LMFactory(
            environment: ["OPENAI_API_KEY": "sk-test"], jitter: { $0 }, sleep: { delays.add($0) }
        ).make(
            wire.line["lm"]?["model"]?.string ?? "", apiBase: server.address + "/v1", options: wire.options,
            retries: wire.line["lm"]?["num_retries"]?.int ?? 3)
        var kind: String?
        do {
            let response = try await model.complete(try wire.request())
            #expect(response.attempts == wire.requests.count)
        } catch let error as LMError {
            kind = error.dspyClass
            #expect(error.attempts == wire.requests.count)
        }
        #expect(kind == wire.line["error"]?["class"]?.string)
        #expect(delays.seconds == (wire.line["retry_delays_s"]?.array ?? []).compactMap(\.number))
        #expect(server.requests.map(\.text) == wire.requests.compactMap { $0["body"]?.string })
        for (seen, recorded) in zip(server.requests, wire.requests) {
            #expect(seen.path == recorded["path"]?.string)
            for (name, value) in recorded["headers"]?.object ?? [:] { #expect(seen.headers[name] == value.string) }
        }
    }
}

/// The waits that were asked for; none of them is waited.
final class Delays: Sendable {
    private let all = Mutex<[Double]>([])

    var seconds: [Double] { all.withLock { $0 } }

    func add(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        all.withLock { $0.append(Double(seconds) + Double(attoseconds) / 1e18) }
    }
}
