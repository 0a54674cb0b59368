import Basics
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyCore

@Suite("Secrets in texts")
struct SecretsTests {
    @Test("each is replaced, the longest first, and what is short is no secret")
    func redacted() {
        let secrets = Secrets(["sk-123", "sk-123456", "", "8080", "schlüssel"])
        #expect(secrets.redacted("a sk-123456 b sk-1234 c sk-12 8080") == "a [secret] b [secret]4 c sk-12 8080")
        #expect(secrets.redacted("sk-123sk-123456") == "[secret][secret]")
        #expect(secrets.redacted("sk-sk-123456") == "sk-[secret]")
        #expect(secrets.redacted("der schlüssel🇩🇪") == "der [secret]🇩🇪")
        #expect(secrets.redacted("nothing") == "nothing")
        #expect(Secrets().redacted("sk-123456") == "sk-123456")
        #expect("\(secrets)" == "3 secrets")
        let json: JSON = ["sk-123456": ["x sk-123", 1, nil, true]]
        #expect(secrets.redacted(json) == ["[secret]": ["x [secret]", 1, nil, true]])
    }

    @Test("no secret is left, and the rest stays, wherever they stand", arguments: 0..<10)
    func random(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        func text(_ letters: [String], _ count: ClosedRange<Int>) -> String {
            (0..<Int.random(in: count, using: &generator)).map { _ in
                letters.randomElement(using: &generator) ?? ""
            }.joined()
        }
        for _ in 0..<200 {
            let values = (0..<3).map { _ in text(["a", "b", "ä"], 6...8) }
            let parts = (0..<6).map { _ in text(["-", "a", "b", "ä", "\u{301}"], 0...4) }
            let given = parts.map { $0 + (values.randomElement(using: &generator) ?? "") }.joined(separator: "|")
            let shown = Secrets(values).redacted(given)
            for value in values { #expect(!Array(shown.utf8).contains(value.utf8), "\(value) in \(shown)") }
            #expect(given.utf8.count { $0 == UInt8(ascii: "|") } == shown.utf8.count { $0 == UInt8(ascii: "|") })
        }
    }

    @Test("a long text full of secrets takes no longer than it is")
    func long() {
        let secrets = Secrets((0..<20).map { "secret-\($0)" })
        let shown = secrets.redacted(String(repeating: "secret-0 secretsecret ", count: 50_000))
        #expect(shown == String(repeating: "[secret] secretsecret ", count: 50_000))
    }
}
