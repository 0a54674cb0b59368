import DSPyCore
import OrderedJSON
import Testing
import Transport

@testable import DSPyClients

@Suite("reasons of refusals") struct RefusalReasonTests {
    @Test(
        "a reason is told, wherever it stands",
        arguments: [
            (#"{"error":{"message":"too hot"}}"#, "too hot"), (#"{"error":"too hot"}"#, "too hot"),
            (#"{"error":["too hot","too long"]}"#, "too hot; too long"),
            (#"[{"error":{"code":400,"message":"too hot","status":"INVALID_ARGUMENT"}}]"#, "too hot"),
            (#"{"detail":"too hot"}"#, "too hot"),
            (
                #"{"detail":[{"loc":["body","messages",0],"msg":"field required","type":"missing"}]}"#,
                "body.messages.0: field required"
            ),
            (#"{"message":{"detail":[{"loc":["body","n"],"msg":"too many"}]}}"#, "body.n: too many"),
            (#"{"errors":[{"code":7003,"message":"no such route"}]}"#, "no such route"),
            (#"{"errors":{"prompt":["is too long"]}}"#, "prompt: is too long"),
            (#"{"error":"Bad Request","message":"temperature is too high"}"#, "Bad Request: temperature is too high"),
            (#"{"error":"invalid_token","error_description":"it has expired"}"#, "invalid_token: it has expired"),
            (#"{"type":"about:blank","title":"Quota","detail":"used up"}"#, "Quota: used up"),
            (#"{"fault":{"faultstring":"policy"}}"#, "policy"), (#"{"Message":"denied"}"#, "denied"),
            (
                #"{"error":{"message":"Provider returned error","metadata":{"raw":"{\"error\":{\"message\":\"too hot\"}}"}}}"#,
                "Provider returned error: too hot"
            ),
            (
                #"{"error":{"message":"Provider returned error","metadata":{"raw":"plain words"}}}"#,
                "Provider returned error: plain words"
            ),
            (#"{"error":{"message":"","detail":"too hot"}}"#, "too hot"),
            (#"{"object":"error","message":"too hot","type":"BadRequestError","code":400}"#, "too hot"),
        ])
    func words(body: String, words: String) throws {
        #expect(RefusalReason(try JSON(parsing: body)).words == words)
        let error = HTTPErrorReader.error(
            in: HTTPResponse(status: 400, body: Array(body.utf8)), secrets: Secrets([]), now: 0)
        #expect(error.code == .invalidRequest && error.message.contains(words))
    }

    @Test("what has no known shape is shown as it is, and only nothing has no reason")
    func unknown() {
        func message(_ body: String) -> String {
            HTTPErrorReader.error(in: HTTPResponse(status: 400, body: Array(body.utf8)), secrets: Secrets([]), now: 0)
                .message
        }
        #expect(message(#"{"status":"nope","retry":false}"#).contains(#"{"status":"nope","retry":false}"#))
        #expect(message("<h1>Bad gateway</h1>") == "<h1>Bad gateway</h1>")
        #expect(message("\u{FEFF}{\"error\":{\"message\":\"too hot\"}}") == "too hot")
        #expect(message(" \n") == "the provider gave no reason")
        #expect(message(#"{"error":{"message":"sk"}}"#) == "sk")
    }

    @Test("a shape without end, or one that is very deep, stays bounded")
    func bounded() throws {
        let deep = String(repeating: #"{"error":"#, count: 400) + "1" + String(repeating: "}", count: 400)
        #expect(RefusalReason(try JSON(parsing: deep)).words == nil)
        let wide = "[" + Array(repeating: #"{"message":"x"}"#, count: 10_000).joined(separator: ",") + "]"
        #expect(RefusalReason(try JSON(parsing: wide)).words == "x; x; x; x; x; x; x; x")
    }

    @Test(
        "a status inside a reply of success has the class of that status",
        arguments: [
            (#"{"code":400,"message":"m"}"#, LMError.Code.invalidRequest), (#"{"code":"401","message":"m"}"#, .auth),
            (#"{"code":402,"message":"m"}"#, .billing), (#"{"code":404,"message":"m"}"#, .invalidRequest),
            (#"{"code":404,"message":"the model x does not exist"}"#, .unsupported),
            (#"{"code":429,"message":"m"}"#, .rateLimited), (#"{"status":429,"message":"m"}"#, .rateLimited),
            (#"{"code":502,"message":"m"}"#, .serverError), (#"{"code":504,"message":"m"}"#, .timeout),
            (#"{"code":400,"message":"maximum context length is 8"}"#, .contextWindow),
            (#"{"code":"invalid_api_key","message":"m"}"#, .auth), (#"{"type":"rate_limit_error"}"#, .rateLimited),
            (#"{"message":"m"}"#, .serverError), (#"{"code":"odd"}"#, .serverError), (#"{"code":7}"#, .serverError),
        ])
    func inBand(envelope: String, code: LMError.Code) throws {
        #expect(HTTPErrorReader.error(inReply: try JSON(parsing: envelope)).code == code)
    }

    @Test("a model that is not there is DSPy's LMUnsupportedModelError, whatever the provider's code")
    func model() {
        func error(_ status: Int, _ message: String) -> LMError {
            HTTPErrorReader.error(
                in: HTTPResponse(status: status, body: Array(#"{"error":{"message":"\#(message)"}}"#.utf8)),
                secrets: Secrets([]), now: 0)
        }
        #expect(error(404, "model 'm' not found").dspyClass == "LMUnsupportedModelError")
        #expect(error(404, "no such page").dspyClass == "LMInvalidRequestError")
        #expect(error(400, "model 'm' not found").dspyClass == "LMInvalidRequestError")
        #expect(LMError(.unsupported, "no tools").dspyClass == "LMUnsupportedFeatureError")
    }

    @Test("a redirect tells where it leads, without what is secret there")
    func redirect() {
        let error = HTTPErrorReader.error(
            in: HTTPResponse(status: 308, headers: HTTPHeaders([("Location", "https://u:p@new.example/v2?key=abc")])),
            secrets: Secrets([]), now: 0)
        #expect(error.code == .badReply && error.message.contains("redirects to https://NAME:PASSWORD@new.example/v2"))
        #expect(!error.message.contains("abc"))
    }

    @Test("a proxy's refusal is the proxy's, and is not tried again")
    func proxy() {
        func error(_ status: Int, _ headers: [(name: String, value: String)]) -> LMError {
            HTTPErrorReader.error(
                in: HTTPResponse(status: status, headers: HTTPHeaders(headers), body: Array("no entry".utf8)),
                secrets: Secrets([]), proxy: "the proxy http://p:3128 (http_proxy)", now: 0)
        }
        for refused in [error(407, []), error(403, [("X-Squid-Error", "ERR_ACCESS_DENIED 0")])] {
            #expect(refused.code == .transport && !refused.isRetryable && refused.status != nil)
            #expect(refused.message.contains("the proxy http://p:3128 (http_proxy) does not let the request through"))
            #expect(refused.message.contains("no entry"))
        }
        #expect(error(503, [("X-Squid-Error", "ERR_DNS_FAIL 0")]).isRetryable)
        #expect(error(403, []).code == .auth)
    }
}
