import Basics
import DSPyCore
import HTTPServer
import OrderedJSON
import Platform

/// A run as server-sent events, as DSPy's `streaming_response` writes them.
struct EventStream: Sendable {
    private let call: RouteCall
    private let writer: AnswerWriter
    /// Whether the models' own chunks are told in place of fields.
    private let isRaw: Bool
    /// Whether the tokens of each call are told, which DSPy's stream does not.
    private let tellsUsage: Bool
    /// When the run began, in seconds since 1970; models of this kind do not say it.
    private let created = SystemClock.seconds

    init(_ call: RouteCall, _ writer: AnswerWriter) {
        self.call = call
        self.writer = writer
        isRaw = call.request.head.query("raw") == "true"
        tellsUsage = call.request.head.query("usage") == "true"
    }

    /// Runs the program and writes what it does.
    func write(_ inputs: ValueDict) async {
        do {
            let place = try call.workers.place()
            let prediction = try await call.request.stop.run {
                try await call.workers.run(at: place) { try await run(inputs) }
            }
            // As /predict gives it.
            try await writer.write(Self.event(["prediction": prediction.json]))
        } catch is BranchFailures {
            // Each of them was told when it failed.
        } catch {
            let failure = call.failure(error)
            if writer.refuse(failure.answer) { return }
            writer.note(failure.code)
            try? await writer.write(Self.event(["error": .object(failure.members)]))
        }
        try? await writer.write(ServerSentEvent.done.bytes)
    }

    private func run(_ inputs: ValueDict) async throws -> Prediction {
        let program = call.program
        let items = StreamItems(status: DefaultStatusMessages(), streamsFields: !isRaw)
        var context = program.context(of: call.request.id)
        context.observer = RunObserver(targets: program.targets, isOpen: isRaw) { event in
            for item in items.items(of: event) { try await writer.write(try bytes(of: item)) }
            if tellsUsage, case .callEnd(let ended, let usage, nil) = event {
                try await writer.write(Self.event(Self.usage(usage, of: ended)))
            }
        }
        if !program.branches.isEmpty {
            context.branchFailed = { branch, error in
                let failure = call.failure(error)
                writer.note(failure.code)
                var members = failure.members
                members["predict_name"] = .string(branch)
                try await writer.write(Self.event(["error": .object(members)]))
            }
        }
        return try await program.module.call(inputs, in: context)
    }

    private func bytes(of item: StreamItem) throws -> [UInt8] {
        guard case .chunk(let chunk) = item else { return Array(try item.serverSentEvent().utf8) }
        return Self.event(["chunk": json(chunk)])
    }

    /// A model's chunk in OpenAI's shape; `predict_id` says whose it is.
    private func json(_ chunk: StreamChunk) -> JSON {
        var delta: JSONObject = ["content": chunk.content.map { .string($0) } ?? .null]
        delta["reasoning_content"] = chunk.reasoning.map { .string($0) }
        if !chunk.toolCalls.isEmpty { delta["tool_calls"] = .array(chunk.toolCalls) }
        return [
            "id": chunk.id.map { .string($0) } ?? .null, "object": "chat.completion.chunk",
            "created": .int(chunk.created == 0 ? created : chunk.created),
            "model": chunk.model.map { .string($0) } ?? .null,
            "choices": [
                [
                    "index": 0, "delta": .object(delta),
                    "finish_reason": chunk.finishReason.map { .string($0) } ?? .null,
                ]
            ],
            "predict_id": .string(chunk.predictName),
        ]
    }

    /// The tokens of a call, over all its requests and models.
    private static func usage(_ usage: JSONObject, of call: PredictorCall) -> JSON {
        func sum(_ key: String) -> JSON {
            .int(usage.members.reduce(0) { $0.adding(saturating: $1.value[key]?.int ?? 0) })
        }
        return [
            "usage": [
                "predict_name": .string(call.predictName), "call": .int(call.number),
                "prompt_tokens": sum("prompt_tokens"), "completion_tokens": sum("completion_tokens"),
            ]
        ]
    }

    private static func event(_ json: JSON) -> [UInt8] {
        var bytes: [UInt8] = []
        json.write(into: &bytes)
        return ServerSentEvent(data: bytes).bytes
    }
}
