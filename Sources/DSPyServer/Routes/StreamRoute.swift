import DSPyCore
import DSPyProgram
import HTTPServer

/// `POST /predict/stream`: one run, told while it goes on.
struct StreamRoute: RouteHandler {
    func reply(to call: RouteCall) -> Reply { .later { answer(call) } }

    private func answer(_ call: RouteCall) -> Answer {
        let inputs: ValueDict
        do throws(BodyFaults) { inputs = try call.program.body.inputs(call.request.body) } catch { return error.answer }
        let isLines = MediaType.accepts(call.request.head["accept"], "application/x-ndjson")
        let type = isLines ? "application/x-ndjson" : "text/event-stream; charset=utf-8"
        return Answer(
            200, [("Content-Type", type), ("Cache-Control", "no-cache"), ("X-Accel-Buffering", "no")],
            body: .pieces(
                Answer.Pieces(ping: isLines ? [] : Array(": ping\n\n".utf8)) { writer in
                    if isLines {
                        await EventLines(call, writer).write(inputs)
                    } else {
                        await EventStream(call, writer).write(inputs)
                    }
                }))
    }
}
