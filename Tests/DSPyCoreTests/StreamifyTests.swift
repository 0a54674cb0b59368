import DSPyCore
import OrderedJSON
import TestModels
import Synchronization
import TestSupport
import Testing

@Suite("streamify") struct StreamifyTests {
    private static let chat = "[[ ## reasoning ## ]]\nhm\n\n[[ ## a ## ]]\n4\n\n[[ ## completed ## ]]"

    /// The items of a run in short: `name.field:text|…$`, `reset name.field`, `status`, `chunk`, `= prediction`.
    private static func walk(_ stream: ProgramStream) async throws -> [String] {
        var items: [String] = []
        for try await item in stream { items.append(short(item)) }
        return joined(items)
    }

    private static func short(_ item: StreamItem) -> String {
        switch item {
        case .response(let response):
            "\(response.predictName).\(response.signatureFieldName):\(response.chunk)\(response.isLastChunk ? "$" : "")"
        case .reset(let reset): "reset \(reset.predictName).\(reset.signatureFieldName)"
        case .status(let status): "status \(status.message)"
        case .chunk(let chunk): "chunk \(chunk.content ?? "-")\(chunk.finishReason.map { "/" + $0 } ?? "")"
        case .custom(let text): "custom \(text)"
        case .prediction(let prediction): "= \(prediction.json.text())"
        }
    }

    /// Neighbours of one field as one.
    private static func joined(_ items: [String]) -> [String] {
        var joined: [String] = []
        for item in items {
            let parts = item.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, let last = joined.last, last.hasPrefix(parts[0] + ":"), !last.hasSuffix("$") {
                joined[joined.count - 1] += parts[1]
            } else {
                joined.append(item)
            }
        }
        return joined
    }

    @Test("listeners hear their fields, of any type, and a second call streams again")
    func listeners() async throws {
        let program = try streamify(
            ChainOfThought(try Signature("q -> a: int")),
            streamListeners: [StreamListener(signatureFieldName: "reasoning"), StreamListener(signatureFieldName: "a")])
        let context = RunContext(lm: PieceModel([Self.chat]))
        for _ in 0..<2 {
            #expect(
                try await Self.walk(program(["q": "x"], in: context)) == [
                    "predict.reasoning:hm$", "predict.a:4$", #"= {"reasoning":"hm","a":4}"#,
                ])
        }
    }

    @Test("after an unreadable answer the fields are reset, and the fallback streams to the same result")
    func fallback() async throws {
        let answers = ["[[ ## a ## ]]\nfirst", #"{"a": "second", "b": 3}"#]
        let program = try Signature("q -> a, b: int")
        let listeners = ["a", "b"].map { StreamListener(signatureFieldName: $0) }
        let items = try await Self.walk(
            streamify(Predict(program), streamListeners: listeners)(["q": "x"], in: RunContext(lm: PieceModel(answers)))
        )
        #expect(
            items == [
                "self.a:first", "reset self.a", "self.a:second$", "self.b:3$", #"= {"a":"second","b":3}"#,
            ])
        let plain = try await Predict(program).acall(["q": "x"], in: RunContext(lm: PieceModel(answers)))
        #expect(items.last == "= \(plain.json.text())")
    }

    @Test("a restart of the model resets what came so far")
    func restart() async throws {
        let restart = LMRestart(attempt: 2, wait: 1, reason: LMError(.transport, "lost"))
        let lm = PieceModel { _, _ in
            [.text("[[ ## a ## ]]\nold"), .restart(restart), .text("[[ ## a ## ]]\nn"), .text("ew\n")]
        }
        let program = try streamify(
            Predict(try Signature("q -> a")), streamListeners: [StreamListener(signatureFieldName: "a")])
        #expect(
            try await Self.walk(program(["q": "x"], in: RunContext(lm: lm))) == [
                "self.a:old", "reset self.a", "self.a:new$", #"= {"a":"new"}"#,
            ])
    }

    @Test("a failure comes after what was streamed before it")
    func failure() async throws {
        let program = try streamify(
            Predict(try Signature("q -> a, b: int"), adapter: ChatAdapter(useJSONAdapterFallback: false)),
            streamListeners: [StreamListener(signatureFieldName: "a")])
        let stream = program(["q": "x"], in: RunContext(lm: PieceModel(["[[ ## a ## ]]\nx"])))
        var items: [String] = []
        await #expect(throws: AdapterParseError.self) {
            for try await item in stream { items.append(Self.short(item)) }
        }
        #expect(items == ["self.a:x"])
        var events: [String] = []
        for try await event in stream.streamingResponse() { events.append(event) }
        #expect(events.count == 3)
        #expect(events[1].hasPrefix(#"data: {"error":{"code":"parse_failed","class":"AdapterParseError","message":"#))
        #expect(events[2] == "data: [DONE]\n\n")
    }

    @Test("a branch that waits holds back no other one")
    func branches() async throws {
        let (gate, open) = AsyncStream<Void>.makeStream()
        let slow = PieceModel(before: { place in if place == 1 { for await _ in gate {} } }) { _, _ in
            [.text("[[ ## a ## ]]\nslow"), .text("er")]
        }
        let fast = PieceModel(["[[ ## a ## ]]\nfast\n[[ ## completed ## ]]"])
        let signature = try Signature("q -> a")
        let program = Branches(
            [
                .init(name: "one", module: Predict(signature, lm: slow), inputs: [("q", ["q"])]),
                .init(name: "two", module: Predict(signature, lm: fast), inputs: [("q", ["q"])]),
            ], areNamed: true)
        let streamed = try streamify(
            program,
            streamListeners: ["one", "two"].map { StreamListener(signatureFieldName: "a", predictName: $0) })
        var items: [String] = []
        for try await item in streamed(["q": "x"], in: RunContext()) {
            items.append(Self.short(item))
            if items.last == "two.a:$" { open.finish() }
        }
        #expect(items.filter { $0.hasPrefix("one") }.joined() == "one.a:slowone.a:erone.a:$")
        let end = try #require(items.firstIndex(of: "two.a:$"))
        #expect(try #require(items.firstIndex(of: "one.a:er")) > end)
    }

    @Test("the program waits for a slow reader")
    func backpressure() async throws {
        let pieces = Mutex(0)
        let lm = PieceModel(before: { place in pieces.withLock { $0 = place } }) { _, _ in
            [.text("[[ ## a ## ]]\n")] + (0..<500).map { .text("\($0) ") }
        }
        let program = try streamify(
            Predict(try Signature("q -> a")), streamListeners: [StreamListener(signatureFieldName: "a")])
        var iterator = program(["q": "x"], in: RunContext(lm: lm)).makeAsyncIterator()
        _ = try await iterator.next()
        for _ in 0..<200 { await Task.yield() }
        #expect(pieces.withLock { $0 } < 30)
        var count = 1
        while let item = try await iterator.next() { if case .response = item { count += 1 } }
        #expect(count == 501)
    }

    @Test("a walk that ends early ends the run")
    func early() async throws {
        let (ended, end) = AsyncStream<Void>.makeStream()
        let gate = Gate()
        let lm = PieceModel(before: { place in
            guard place == 3 else { return }
            do { try await gate.pass() } catch {
                end.finish()
                throw error
            }
        }) { _, _ in ["[[ ## a ## ]]\n", "x", "y", "z"].map { .text($0) } }
        let program = try streamify(
            Predict(try Signature("q -> a")), streamListeners: [StreamListener(signatureFieldName: "a")])
        for try await _ in program(["q": "x"], in: RunContext(lm: lm)) { break }
        for await _ in ended {}
    }

    @Test("a thread can wait for the items")
    func blocking() async throws {
        let program = try streamify(
            Predict(try Signature("q -> a")), streamListeners: [StreamListener(signatureFieldName: "a")],
            asyncStreaming: false)
        let items = try await onThread {
            try program(["q": "x"], in: RunContext(lm: PieceModel(["[[ ## a ## ]]\nxyz"]))).blocking.map {
                Self.short(try $0.get())
            }
        }
        #expect(Self.joined(items) == ["self.a:xyz$", #"= {"a":"xyz"}"#])
    }

    @Test("without listeners the model's chunks come, and what modules send themselves")
    func chunks() async throws {
        struct Telling: Module {
            let inner: Predict
            func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
                try await context.emit("data: hello\n\n")
                return try await inner.call(inputs, in: context)
            }
        }
        let lm = PieceModel { _, _ in [.start(id: "c1", model: "m"), .text("[[ ## a ## ]]\nx"), .text("y")] }
        let program = try streamify(Telling(inner: Predict(try Signature("q -> a"))))
        let stream = program(["q": "x"], in: RunContext(lm: lm))
        let items = try await Self.walk(stream)
        #expect(
            items == [
                "custom data: hello\n\n", "chunk [[ ## a ## ]]\nx", "chunk y", "chunk /stop", #"= {"a":"xy"}"#,
            ])
        for try await case .chunk(let chunk) in stream { #expect(chunk.id == "c1" && chunk.model == "m") }
    }

    @Test("without the final prediction only the fields come, unless nothing else would")
    func withoutPrediction() async throws {
        func items(_ answer: [LMStreamEvent]) async throws -> [String] {
            let program = try streamify(
                Predict(try Signature("q -> a")), streamListeners: [StreamListener(signatureFieldName: "a")],
                includeFinalPrediction: false)
            return try await Self.walk(program(["q": "x"], in: RunContext(lm: PieceModel { _, _ in answer })))
        }
        #expect(try await items([.text("[[ ## a ## ]]\nx"), .text("y")]) == ["self.a:xy$"])
        #expect(try await items([.text("[[ ## a ## ]]\nxy")]) == ["self.a:xy$", #"= {"a":"xy"}"#])
    }

    @Test("the two-step adapter streams the fields of its extraction")
    func twoStep() async throws {
        let adapter = TwoStepAdapter(extractionModel: PieceModel(["[[ ## a ## ]]\nx"]))
        let program = try streamify(
            Predict(try Signature("q -> a"), adapter: adapter),
            streamListeners: [StreamListener(signatureFieldName: "a")])
        #expect(
            try await Self.walk(program(["q": "x"], in: RunContext(lm: PieceModel(["it is x"])))) == [
                "self.a:x$", #"= {"a":"x"}"#,
            ])
    }

    @Test("predictors have DSPy's names")
    func names() throws {
        struct Program: Module {
            let predict1: ChainOfThought
            let many: [Predict]
            let others: [String: Predict]
            let again: ChainOfThought
            let number = 3
            func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction { Prediction([:]) }
        }
        let signature = try Signature("q -> a")
        let first = ChainOfThought(signature)
        let program = Program(
            predict1: first, many: [Predict(signature), Predict(signature)], others: ["k": Predict(signature)],
            again: first)
        #expect(
            program.namedPredictors().map(\.name) == ["predict1.predict", "many[0]", "many[1]", "others['k']"])
        #expect(program.namedPredictors().first?.node == "predict1")
        #expect(Predict(signature).namedPredictors().map(\.name) == ["self"])
        #expect(ChainOfThought(signature).namedPredictors().map { [$0.name, $0.node] } == [["predict", "self"]])
        let pipeline = Pipeline(steps: [
            .init(module: first, inputs: []), .init(name: "second", module: Predict(signature), inputs: []),
        ])
        #expect(pipeline.namedPredictors().map(\.name) == ["steps[0].predict", "second"])
    }

    @Test("listeners that cannot be placed are refused in DSPy's classes")
    func refusals() throws {
        let signature = try Signature("q -> a")
        let predict = Predict(signature)
        let program = Pipeline(steps: [
            .init(name: "one", module: predict, inputs: []),
            .init(name: "two", module: Predict(signature), inputs: []),
        ])
        func error(_ listener: StreamListener) -> ModuleError? {
            #expect(throws: ModuleError.self) { try streamify(program, streamListeners: [listener]) }
        }
        #expect(error(StreamListener(signatureFieldName: "a"))?.kind == "ValueError")
        #expect(error(StreamListener(signatureFieldName: "a"))?.message.contains("one, two") == true)
        #expect(error(StreamListener(signatureFieldName: "b"))?.kind == "TypeError")
        #expect(error(StreamListener(signatureFieldName: "q"))?.kind == "TypeError")
        #expect(error(StreamListener(signatureFieldName: "a", predictName: "three"))?.kind == "ValueError")
        _ = try streamify(program, streamListeners: [StreamListener(signatureFieldName: "a", predict: predict)])
    }
}
