import Basics
import DSPyCore
import OrderedJSON
import TestModels
import TestSupport
import TestTraits
import Testing

/// Random runs: whatever a model sends, the law of streams holds, and the result is that of a run without streaming.
@Suite("random streamed runs") struct StreamPropertyTests {
    private static let restart = LMRestart(attempt: 2, wait: 0, reason: LMError(.transport, "lost"))

    /// The events of one call: some attempts that break off, then the text, all in random chunks.
    private static func events(_ text: String, _ generator: inout SeededGenerator) -> [LMStreamEvent] {
        var events: [LMStreamEvent] = []
        while generator.next() % 3 == 0 {
            let chunks = generator.chunks(of: text)
            events += chunks.prefix(Int.random(in: 0...chunks.count, using: &generator)).map { .text($0) }
            events.append(.restart(restart))
        }
        return events + generator.chunks(of: text).map { .text($0) }
    }

    private struct Run: Equatable {
        var ledger: [String: String] = [:]
        var breaches: [String] = []
        var fields: ValueDict?
        var failure: String?
    }

    private static func run(_ program: Predict, _ lm: any LanguageModel) async throws -> Run {
        let outputs = program.signature.outputs.map(\.name)
        let streamed = try streamify(
            program, streamListeners: outputs.map { StreamListener(signatureFieldName: $0, predict: program) })
        var ledger = FieldLedger()
        var run = Run()
        do {
            for try await item in streamed(["q": "x"], in: RunContext(lm: lm)) {
                switch item {
                case .response(let response):
                    ledger.delta(response.signatureFieldName, response.chunk, isLast: response.isLastChunk)
                case .reset(let reset): ledger.reset(reset.signatureFieldName)
                case .prediction(let prediction): run.fields = prediction.fields
                case .chunk, .custom, .status: run.breaches.append("an item that nobody asked for: \(item)")
                }
            }
            run.breaches += ledger.missing(outputs)
        } catch {
            run.failure = "\(type(of: error))"
        }
        run.breaches += ledger.breaches
        run.ledger = ledger.texts
        return run
    }

    @Test("answers, damaged answers, fallbacks and broken attempts", .ownThread, arguments: ["chat", "json", "xml"])
    func runs(format: String) async throws {
        var generator = SeededGenerator(seed: 23)
        var (good, failed, fallbacks) = (0, 0, 0)
        for _ in 0..<600 {
            let answer = StreamedAnswer(format, using: &generator)
            var text = answer.text
            if generator.next() % 2 == 0 {
                text = generator.damaged(text, with: ["\"", "\n[[ ## a ## ]]\n", "<", "}", "\\", "</b>", "&"])
            }
            // What the fallback is given: JSON for half of the runs.
            let second = generator.next() % 2 == 0 ? StreamedAnswer("json", using: &generator).text : "nothing"
            let answers = [Self.events(text, &generator), Self.events(second, &generator)]
            let predict = Predict(answer.signature, adapter: answer.adapter)
            let lm = PieceModel { call, _ in answers[min(call, 1)] }
            let run = try await Self.run(predict, lm)
            #expect(run.breaches.isEmpty, "\(run.breaches) in \(text.debugDescription), \(second.debugDescription)")
            if lm.calls == 2 { fallbacks += 1 }
            let plain: ValueDict?
            do {
                plain = try await predict.acall(
                    ["q": "x"], in: RunContext(lm: PieceModel { call, _ in answers[min(call, 1)] })
                ).fields
            } catch {
                plain = nil
                #expect(run.failure == "\(type(of: error))")
            }
            #expect(Self.repr(run.fields) == Self.repr(plain), "\(text.debugDescription)")
            guard let fields = run.fields else {
                failed += 1
                continue
            }
            good += 1
            for field in answer.signature.outputs {
                guard field.type == .string, case .string(let value)? = fields[field.name] else { continue }
                #expect(run.ledger[field.name]?.hasSameBytes(as: value) == true, "\(text.debugDescription)")
            }
        }
        #expect(good > 200 && failed > 20, "\(good) good, \(failed) failed")
        #expect(format == "json" || fallbacks > 20, "\(fallbacks) fallbacks")
    }

    private static func repr(_ fields: ValueDict?) -> String { fields.map { Value.dict($0).pythonRepr } ?? "none" }
}
