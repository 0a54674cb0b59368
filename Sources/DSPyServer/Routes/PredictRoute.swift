import DSPyCore
import HTTPServer
import OrderedJSON

/// `POST /predict`: one run, one answer.
struct PredictRoute: RouteHandler {
    func reply(to call: RouteCall) -> Reply { .later { await answer(call) } }

    private func answer(_ call: RouteCall) async -> Answer {
        let program = call.program
        let inputs: ValueDict
        do throws(BodyFaults) { inputs = try program.body.inputs(call.request.body) } catch { return error.answer }
        do {
            let place = try call.workers.place()
            let prediction = try await call.request.stop.run {
                try await call.workers.run(at: place) {
                    try await program.module.call(inputs, in: program.context(of: call.request.id))
                }
            }
            return .json(200, ["status": "success", "data": prediction.json])
        } catch {
            return call.failure(error).answer
        }
    }
}
