import DSPyCore
import OrderedJSON
import TestSupport
import Testing
import Transport

@testable import DSPyClients

@Suite("Keys of the cache")
struct CacheKeyTests {
    private func hex(_ bytes: [UInt8]) -> String {
        let digest = SHA256.digest(of: bytes)
        return (0..<8).map { place in
            let digits = String(digest[place], radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }

    @Test(
        "SHA-256 of NIST's examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrst"
                    + "nopqrstu", "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
            ),
        ])
    func sha256(text: String, digest: String) {
        #expect(hex(Array(text.utf8)) == digest)
    }

    @Test("SHA-256 of a million times a, and of every length around a block")
    func sha256OfLengths() {
        #expect(
            hex([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        // The digest of the digests of 0 to 129 times `x`, from Python's hashlib.
        var all: [UInt8] = []
        for count in 0..<130 { all += Array(hex([UInt8](repeating: UInt8(ascii: "x"), count: count)).utf8) }
        #expect(hex(all) == "199af942eba7fa5d1e16d475169eb24018b14e69339c93d26a9ea6d873b4ace6")
    }

    @Test("the canonical form is DSPy's, byte for byte, and so is the key of a sync call")
    func golden() throws {
        let cases = try #require(try Golden.cases("cache_keys.jsonl"))
        #expect(!cases.isEmpty)
        for item in cases {
            let request = LMRequest(
                messages: (item["messages"]?.array ?? []).map {
                    LMMessage(role: $0["role"]?.string ?? "", text: $0["content"]?.string ?? "")
                }, options: item["call_kwargs"]?.object ?? [:])
            var defaults = item["lm"]?.object ?? [:]
            let model = defaults["model"]?.string ?? ""
            defaults["model"] = nil
            let bytes = CacheKeys(model: model, defaults: defaults).canonical(request).bytes
            let isAsync = item["async"]?.bool == true
            // One key for both faces here: the one of the sync function.
            let expected = (item["canonical_json"]?.string ?? "").split(separator: "alitellm_").joined(
                separator: "litellm_")
            #expect(String(decoding: bytes, as: UTF8.self) == expected, "\(item["id"]?.string ?? "")")
            let key = CacheKey(request, model: model, defaults: defaults)
            #expect((key.hex == item["sha256"]?.string) == !isAsync, "\(item["id"]?.string ?? "")")
        }
    }

    @Test(
        "numbers, strings and key order are orjson's",
        arguments: [
            (1e16, "1e16"), (1e15, "1000000000000000.0"), (1e-5, "0.00001"), (1e-4, "0.0001"), (1.5e-7, "1.5e-7"),
            (123456789012345680.0, "1.2345678901234568e17"), (.leastNonzeroMagnitude, "5e-324"), (-0.0, "-0.0"),
            (100.0, "100.0"),
            (1.7976931348623157e308, "1.7976931348623157e308"), (9007199254740993.0, "9007199254740992.0"),
            (12345678901234567.0, "1.2345678901234568e16"), (1234567890123456.0, "1234567890123456.0"),
            (0.00001234, "0.00001234"), (-0.000001234, "-1.234e-6"), (.nan, "null"), (-.infinity, "null"), (0.7, "0.7"),
        ] as [(Double, String)])
    func numbers(value: Double, text: String) {
        #expect(String(decoding: CanonicalJSON.bytes(of: .double(value)), as: UTF8.self) == text)
    }

    @Test("OpenSSL's SHA-256 and the own one come to the same state")
    func library() throws {
        // OpenSSL comes with most libcurls; where it does not, there is nothing to compare.
        _ = CurlTransport.executor
        SHA256Library.find()
        guard let library = SHA256Library.transform else { return }
        var random = SystemRandomNumberGenerator()
        for blocks in 0..<40 {
            let bytes = (0..<blocks * 64).map { _ in UInt8.random(in: 0...255, using: &random) }
            bytes.withUnsafeBytes {
                #expect(SHA256.state(after: $0, library: library) == SHA256.state(after: $0, library: nil))
            }
        }
    }

    @Test("a key is the digest of the whole request, whatever was asked before and however long its parts are")
    func heads() {
        let keys = CacheKeys(model: "openai/m", defaults: ["max_tokens": 10])
        var random = SystemRandomNumberGenerator()
        let systems = (0..<20).map { String(repeating: "s\($0)\n", count: Int.random(in: 0...80, using: &random)) }
        for round in 0..<400 {
            var messages = [LMMessage(role: "system", text: systems[Int.random(in: 0..<20, using: &random)])]
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                messages.append(LMMessage(role: "user", text: String(repeating: "q", count: round)))
            }
            let request = LMRequest(messages: messages, options: round % 7 == 0 ? ["temperature": 0.5] : [:])
            #expect(keys.key(of: request) == CacheKey(SHA256.digest(of: keys.canonical(request).bytes)))
        }
        #expect(
            keys.key(of: LMRequest(messages: []))
                == CacheKey(LMRequest(messages: []), model: "openai/m", defaults: ["max_tokens": 10]))
    }

    @Test("keys are sorted by their bytes at every level")
    func order() {
        let value: JSON = [
            "é": 1, "z": ["b": 2, "a": [["d": 1, "c": 2]]], "Z": 3, "": 4, "😀": 5, "\u{FFFF}": 6,
            "a\u{7F}\u{1}\u{8}\u{1F}/": "\u{2028}",
        ]
        #expect(
            String(decoding: CanonicalJSON.bytes(of: value), as: UTF8.self)
                == #"{"":4,"Z":3,"a"# + "\u{7F}" + #"\u0001\b\u001f/":"# + "\"\u{2028}\""
                + #","z":{"a":[{"c":2,"d":1}],"b":2},"é":1,"\#u{FFFF}":6,"😀":5}"#)
    }

    @Test("a message is written as its JSON is")
    func messages() {
        let call: JSON = ["id": "c", "type": "function", "function": ["name": "f", "arguments": "{}"]]
        for message in [
            LMMessage(role: "user", text: "a\n\"\\\t\r\u{8}\u{C}\u{1}\u{1F}\u{7F}é😀"),
            LMMessage(role: "user", text: ""),
            LMMessage(role: "assistant", content: .none, toolCalls: [call]),
            LMMessage(role: "assistant", content: .text("x"), toolCalls: [call]),
            LMMessage(role: "tool", content: .text("x"), toolCallID: "c", name: "f"),
            LMMessage(role: "user", content: .parts([["type": "text", "text": "x"]])),
        ] {
            var writer = CanonicalJSON()
            writer.write([message]) { $0.role }
            #expect(writer.bytes == CanonicalJSON.bytes(of: .array([message.json])))
        }
    }

    @Test("a key that changes, in a header or deeper, asks nothing anew; another header does")
    func headers() {
        func key(_ defaults: JSONObject) -> CacheKey {
            CacheKey(LMRequest(messages: [LMMessage(role: "user", text: "q")]), model: "openai/m", defaults: defaults)
        }
        func headers(_ token: String, _ tenant: String) -> JSONObject {
            [
                "extra_headers": [
                    "Authorization": .string("Bearer \(token)"), "X-Proof": .string("Bearer \(token)"),
                    "X-Tenant": .string(tenant),
                ],
                "extra_body": ["password": .string(token)],
            ]
        }
        #expect(key(headers("a", "1")) == key(headers("b", "1")))
        #expect(key(headers("a", "1")) != key(headers("a", "2")))
        #expect(key(["extra_body": ["user": "a"]]) != key(["extra_body": ["user": "b"]]))
    }

    @Test("keys of servers and addresses change nothing; options, messages, n and rollout_id do")
    func whatCounts() {
        func key(_ options: JSONObject, defaults: JSONObject = [:], text: String = "q") -> CacheKey {
            CacheKey(
                LMRequest(messages: [LMMessage(role: "user", text: text)], options: options), model: "openai/m",
                defaults: defaults)
        }
        let plain = key([:])
        for same: JSONObject in [
            ["api_key": "sk"], ["api_base": "http://a"], ["base_url": "b"], ["cache": true], ["rollout_id": nil],
            ["temperature": nil],
        ] {
            #expect(key(same) == plain && key([:], defaults: same) == plain)
        }
        let others: [JSONObject] = [
            ["n": 2], ["rollout_id": 1], ["rollout_id": 2], ["temperature": 0.0], ["temperature": 0], ["seed": nil],
            ["model_type": "chat", "stop": "x"],
        ]
        #expect(Set(others.map { key($0) } + [plain, key([:], text: "Q"), key([:], text: "q\u{301}")]).count == 10)
        #expect(key([:], defaults: ["model_type": "responses"]) != plain)
        #expect(key(["temperature": 1.0], defaults: ["temperature": 0.0]) == key(["temperature": 1.0]))
    }
}
