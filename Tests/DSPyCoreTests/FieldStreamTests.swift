import Basics
import DSPyCore
import OrderedJSON
import TestSupport
import TestTraits
import Testing

@Suite("fields of streamed answers") struct FieldStreamTests {
    private static func ledger(
        _ signature: Signature, _ adapter: any Adapter, _ chunks: [String], _ values: ValueDict
    ) -> FieldLedger {
        var stream = FieldStream(rendered: signature, original: signature, format: adapter.streamFormat)
        var ledger = FieldLedger()
        for chunk in chunks { ledger.take(stream.take(.text(chunk))) }
        ledger.take(stream.finish(values))
        return ledger
    }

    @Test(
        "an answer without faults streams to its values, in any chunks and without a reset", .ownThread,
        arguments: ["chat", "json", "xml"])
    func generated(format: String) throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<1500 {
            let answer = StreamedAnswer(format, using: &generator)
            let values: ValueDict
            do {
                values = try answer.adapter.parse(answer.signature, answer.text)
            } catch {
                Issue.record("\(error)")
                continue
            }
            for _ in 0..<3 {
                let chunks = generator.chunks(of: answer.text)
                let ledger = Self.ledger(answer.signature, answer.adapter, chunks, values)
                var breaches = ledger.breaches + ledger.missing(answer.signature.outputs.map(\.name))
                if ledger.resets > 0 { breaches.append("\(ledger.resets) resets") }
                for field in answer.signature.outputs {
                    let told = ledger.texts[field.name] ?? ""
                    guard case .string(let text)? = values[field.name], field.type == .string else { continue }
                    if !told.hasSameBytes(as: text) {
                        breaches.append("\(field.name): told \(told.debugDescription), is \(text.debugDescription)")
                    }
                }
                #expect(breaches.isEmpty, "\(breaches) in \(answer.text.debugDescription), chunks \(chunks)")
            }
        }
    }

    @Test("a damaged answer ends with its values all the same", .ownThread, arguments: ["chat", "json", "xml"])
    func damaged(format: String) throws {
        var generator = SeededGenerator(seed: 11)
        var read = 0
        for _ in 0..<3000 {
            let answer = StreamedAnswer(format, using: &generator)
            let text = generator.damaged(
                answer.text, with: ["\"", "\\", "\n", "]]", "[[ ## a ## ]]\n", "<", "}", ",", " "])
            guard let values = try? answer.adapter.parse(answer.signature, text) else { continue }
            read += 1
            let chunks = generator.chunks(of: text)
            let ledger = Self.ledger(answer.signature, answer.adapter, chunks, values)
            var breaches = ledger.breaches + ledger.missing(answer.signature.outputs.map(\.name))
            for field in answer.signature.outputs {
                guard case .string(let text)? = values[field.name], field.type == .string else { continue }
                let told = ledger.texts[field.name] ?? ""
                if !told.hasSameBytes(as: text) {
                    breaches.append("\(field.name): told \(told.debugDescription), is \(text.debugDescription)")
                }
            }
            #expect(breaches.isEmpty, "\(breaches) in \(text.debugDescription)")
        }
        #expect(read > 300, "only \(read) damaged answers could be read")
    }

    @Test("what is held back comes as soon as it is certain")
    func promptness() throws {
        let signature = try Signature("q -> a, b: int")
        var stream = FieldStream(rendered: signature, original: signature, format: .chat)
        #expect(stream.take(.text("[[ ## a ## ]]\nHello")) == [.delta(field: "a", text: "Hello", isLast: false)])
        #expect(stream.take(.text(" ")) == [])
        #expect(stream.take(.text("you\n[[ ## x")) == [.delta(field: "a", text: " you", isLast: false)])
        #expect(stream.take(.text("] ")) == [.delta(field: "a", text: "\n[[ ## x]", isLast: false)])
        #expect(
            stream.take(.text("\n[[ ## b ## ]] 4")) == [
                .delta(field: "a", text: "", isLast: true), .delta(field: "b", text: "4", isLast: false),
            ])
        #expect(stream.finish(["a": "Hello you\n[[ ## x]", "b": 4]) == [.delta(field: "b", text: "", isLast: true)])
    }

    @Test("escapes and halves of surrogate pairs are held back")
    func escapes() throws {
        let signature = try Signature("q -> a")
        var stream = FieldStream(rendered: signature, original: signature, format: .json)
        var texts: [String] = []
        for scalar in #"{"a": "x\n\ud83d\ude00\"\u00e9 \ud83d!"}"#.unicodeScalars {
            for case .delta(_, let text, _) in stream.take(.text(String(scalar))) { texts.append(text) }
        }
        #expect(texts == ["x", "\n", "😀", "\"", "é", " ", "\u{FFFD}!", ""])
    }

    @Test("a restart makes the text so far void")
    func restart() throws {
        let signature = try Signature("q -> a, b")
        var stream = FieldStream(rendered: signature, original: signature, format: .chat)
        _ = stream.take(.text("[[ ## a ## ]]\nold"))
        let restart = LMRestart(attempt: 2, wait: 1, reason: LMError(.transport, "lost"))
        #expect(stream.take(.restart(restart)) == [.reset(field: "a")])
        #expect(stream.take(.restart(restart)) == [])
        #expect(stream.take(.text("[[ ## a ## ]]\nnew")) == [.delta(field: "a", text: "new", isLast: false)])
    }

    @Test("reasoning of the model fills the field that the prompt leaves to it")
    func reasoning() throws {
        let original = try Signature("q -> r: dspy.Reasoning, a")
        var stream = FieldStream(rendered: original.deleting("r"), original: original, format: .chat)
        #expect(stream.take(.reasoning("hm")) == [.delta(field: "r", text: "hm", isLast: false)])
        _ = stream.take(.text("[[ ## a ## ]]\nx"))
        let end = stream.finish(["r": .custom(.reasoning("hm")), "a": "x"])
        #expect(end == [.delta(field: "a", text: "", isLast: true), .delta(field: "r", text: "", isLast: true)])
    }

    @Test("fields that nobody listens to are not told")
    func chosen() throws {
        let signature = try Signature("q -> a, b")
        var stream = FieldStream(rendered: signature, original: signature, format: .chat, fields: ["b"])
        #expect(
            stream.take(.text("[[ ## a ## ]]\nx\n[[ ## b ## ]]\ny")) == [.delta(field: "b", text: "y", isLast: false)])
        #expect(stream.finish(["a": "x", "b": "y"]) == [.delta(field: "b", text: "", isLast: true)])
    }

    @Test("the time for a long field grows with its length", .ownThread, arguments: ["chat", "json", "xml"])
    func linear(format: String) throws {
        let signature = try Signature("q -> a")
        func time(_ count: Int) -> Duration {
            let (before, after) =
                switch format {
                case "chat": ("[[ ## a ## ]]\n", "\n[[ ## completed ## ]]")
                case "json": (#"{"a": ""#, #""}"#)
                default: ("<a>", "</a>")
                }
            let body = String(repeating: "word \n", count: count / 6)
            var stream = FieldStream(
                rendered: signature, original: signature, format: ["chat": .chat, "json": .json][format] ?? .xml)
            let clock = ContinuousClock()
            var told = 0
            let time = clock.measure {
                _ = stream.take(.text(before))
                for byte in body.utf8 {
                    for case .delta(_, let text, _) in stream.take(.text(String(UnicodeScalar(byte)))) {
                        told += text.utf8.count
                    }
                }
                _ = stream.take(.text(after))
            }
            #expect(told >= body.utf8.count - 2)
            return time
        }
        let size = Golden.environment("DSPY_FULL_STREAM") == nil ? 300_000 : 1_000_000
        let (small, large) = (time(size / 8), time(size))
        // Eight times as much; quadratic growth would take sixty-four times as long.
        #expect(large < small * 30, "\(size / 8) bytes \(small), \(size) bytes \(large)")
    }
}

extension FieldLedger {
    mutating func take(_ changes: [FieldChange]) {
        for change in changes {
            switch change {
            case .delta(let field, let text, let isLast): delta(field, text, isLast: isLast)
            case .reset(let field): reset(field)
            }
        }
    }
}
