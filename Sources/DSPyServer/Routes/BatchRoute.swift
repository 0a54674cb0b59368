import DSPyCore
import HTTPServer
import OrderedJSON

/// `POST /predict/batch`: many rows, a line of the answer as each one ends.
struct BatchRoute: RouteHandler {
    func reply(to call: RouteCall) -> Reply { .later { await answer(call) } }

    private func answer(_ call: RouteCall) async -> Answer {
        let type = call.request.head["content-type"].map(MediaType.init)
        let areLines = type.map { $0.name.hasSuffix("x-ndjson") || $0.name.hasSuffix("jsonl") } ?? false
        let body = BatchBody(body: call.program.body)
        let rows: [BatchBody.Source]
        do throws(BodyFaults) { rows = try body.sources(call.request.body, areLines: areLines) } catch {
            return error.answer
        }
        return Answer(
            200, [("Content-Type", "application/x-ndjson"), ("Cache-Control", "no-store")],
            body: .pieces(Answer.Pieces { writer in await write(rows, of: body, call, writer) }))
    }

    private func write(
        _ rows: [BatchBody.Source], of body: BatchBody, _ call: RouteCall, _ writer: AnswerWriter
    ) async {
        do {
            // One place in the queue, whatever the number of rows.
            let first = rows.isEmpty ? nil : try call.workers.place()
            try await call.request.stop.run {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (index, source) in rows.enumerated() {
                        // Rows of one batch wait here, not before the others at the workers.
                        if index >= call.workers.limit { try await group.next() }
                        group.addTask {
                            let place = index == 0 ? first : nil
                            let bytes = try await line(index, body.row(source), place, call, writer)
                            // A batch that is ended says so of each row that is left, and its task is cancelled by then.
                            if call.isEnding { try? await writer.write(bytes) } else { try await writer.write(bytes) }
                        }
                    }
                    try await group.waitForAll()
                }
            }
        } catch {
            await end(call, writer, error)
        }
    }

    /// Says in a last line why there are no more, where somebody is left to read it.
    private func end(_ call: RouteCall, _ writer: AnswerWriter, _ error: any Error) async {
        let failure = call.failure(error)
        if writer.refuse(failure.answer) { return }
        writer.note(failure.code)
        try? await writer.write(Self.line(["status": "error", "error": .object(failure.members)]))
    }

    private func line(
        _ index: Int, _ row: BatchBody.Row, _ place: Workers.Place?, _ call: RouteCall,
        _ writer: AnswerWriter
    ) async throws -> [UInt8] {
        var members: JSONObject = ["index": .int(index)]
        members["id"] = row.id
        switch row.inputs {
        case .failure(let fault):
            if let place { call.workers.giveBack(place) }
            members["status"] = "error"
            members["error"] = ["code": .string(fault.code), "message": .string(fault.message)]
        case .success(let inputs):
            do {
                let place = try place ?? call.workers.place(isFurther: true)
                let prediction = try await call.workers.run(at: place) {
                    try await call.program.module.call(inputs, in: call.program.context(of: call.request.id))
                }
                members["status"] = "success"
                members["data"] = prediction.json
            } catch {
                if !call.isEnding { try Task.checkCancellation() }
                let failure = call.failure(error)
                // Before the first line, the end of the whole batch has a status.
                if call.isEnding {
                    if writer.refuse(failure.answer) { return [] }
                    writer.note(failure.code)
                }
                members["status"] = "error"
                members["error"] = ["code": .string(failure.code), "message": .string(failure.message)]
            }
        }
        return Self.line(members)
    }

    private static func line(_ members: JSONObject) -> [UInt8] {
        var bytes: [UInt8] = []
        JSON.object(members).write(into: &bytes)
        bytes.append(0x0A)
        return bytes
    }
}
