import Transport
import DSPyCore
import OrderedJSON
import Testing

@testable import DSPyClients

@Suite("Errors of providers")
struct HTTPErrorTests {
    private func error(
        _ status: Int, _ body: String, headers: [(name: String, value: String)] = [], secrets: [String] = []
    ) -> LMError {
        HTTPErrorReader.error(
            in: HTTPResponse(status: status, headers: HTTPHeaders(headers), body: Array(body.utf8)),
            secrets: Secrets(secrets), now: 784_111_777)
    }

    @Test(
        "a status has its class",
        arguments: [
            (400, LMError.Code.invalidRequest), (401, .auth), (402, .billing), (403, .auth), (404, .invalidRequest),
            (408, .timeout), (409, .invalidRequest), (413, .invalidRequest), (418, .badReply), (422, .invalidRequest),
            (429, .rateLimited), (500, .serverError), (502, .serverError), (503, .serverError), (504, .timeout),
            (529, .serverError), (302, .badReply),
        ])
    func statuses(status: Int, code: LMError.Code) {
        #expect(error(status, #"{"error":{"message":"boom"}}"#).code == code)
        #expect(error(status, "<html>").code == code)
    }

    @Test(
        "a provider's own code comes first",
        arguments: [
            (400, #"{"error":{"message":"m","code":"context_length_exceeded"}}"#, LMError.Code.contextWindow),
            (400, #"{"error":{"code":400,"message":"m","type":"exceed_context_size_error"}}"#, .contextWindow),
            (400, #"{"error":{"message":"This model's maximum context length is 8"}}"#, .contextWindow),
            (429, #"{"error":{"message":"m","code":"insufficient_quota"}}"#, .billing),
            (429, #"{"error":{"message":"m","type":"exceeded_current_quota_error"}}"#, .billing),
            (429, #"{"error":{"message":"m","code":"1113"}}"#, .billing),
            (400, #"{"error":{"message":"m","code":"invalid_api_key"}}"#, .auth),
            (400, #"{"error":{"message":"m","type":"rate_limit_error"}}"#, .rateLimited),
            (404, #"{"error":{"message":"m","code":"model_not_found"}}"#, .unsupported),
        ])
    func codes(status: Int, body: String, code: LMError.Code) {
        #expect(error(status, body).code == code)
    }

    @Test("the provider's words are kept on one line, with its code and its id of the request")
    func words() {
        let error = error(
            400, #"{"error":{"message":"bad\n  thing","type":"x","code":"no_good"}}"#,
            headers: [("X-Request-Id", "req_1")])
        #expect(error.message == "bad thing (no_good)")
        #expect(error.providerCode == "no_good")
        #expect(error.requestID == "req_1")
        #expect(error.status == 400)
        #expect(self.error(500, #"{"error":"plain"}"#).message == "plain")
        #expect(self.error(500, "").message == "the provider gave no reason")
        #expect(self.error(500, String(repeating: "long ", count: 500)).message.count == 501)
    }

    @Test("a key that a server echoes is never shown")
    func secrets() {
        let key = "sk-proj-1234567890abcdef"
        let error = error(
            401, #"{"error":{"message":"wrong key \#(key), yes \#(key)","code":"\#(key)"}}"#,
            headers: [("x-request-id", key)], secrets: [key, "sk-proj-1234567890abcdefXYZ"])
        #expect(!"\(error) \(error.requestID ?? "") \(error.providerCode ?? "")".contains("1234567890"))
        #expect(error.message.contains("wrong key [secret], yes [secret]"))
    }

    @Test(
        "the wait that a provider asks for is read in all its spellings",
        arguments: [
            ("Retry-After", "2", 2.0), ("retry-after", "0.5", 0.5), ("retry-after-ms", "1500", 1.5),
            ("x-ms-retry-after-ms", "250", 0.25), ("Retry-After", "Sun, 06 Nov 1994 08:49:40 GMT", 3),
            ("Retry-After", "Sunday, 06-Nov-94 08:49:47 GMT", 10), ("Retry-After", "Sun Nov  6 08:50:37 1994", 60),
            ("Retry-After", "Sat, 05 Nov 1994 08:49:40 GMT", 0), ("Retry-After", "soon", nil),
            ("Retry-After", "-1", nil), ("Retry-After", "inf", nil), ("Other", "2", nil),
        ] as [(String, String, Double?)])
    func retryAfter(name: String, value: String, seconds: Double?) {
        #expect(RetryAfter.seconds(in: HTTPHeaders([(name, value)]), now: 784_111_777) == seconds)
    }
}
