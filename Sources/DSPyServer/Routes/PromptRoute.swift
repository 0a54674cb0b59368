import DSPyCore
import HTTPServer
import OrderedJSON

/// `POST /predict/prompt`: the messages that a run would begin with, for the page; no model is asked.
struct PromptRoute: RouteHandler {
    func reply(to call: RouteCall) -> Reply { .later { answer(call) } }

    private func answer(_ call: RouteCall) -> Answer {
        let inputs: ValueDict
        do throws(BodyFaults) { inputs = try call.program.body.inputs(call.request.body) } catch { return error.answer }
        do {
            return .json(200, ["calls": .array(try call.program.prompts(inputs))])
        } catch {
            return call.failure(error).answer
        }
    }
}
