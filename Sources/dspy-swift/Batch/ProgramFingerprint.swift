import DSPyCore
import DSPyBatch
import DSPySpec
import OrderedJSON

/// What a prediction depends on beside its inputs: program, model, options, adapter.
enum ProgramFingerprint {
    /// The parts by the names that messages use.
    static func parts(of program: CheckedProgram, _ choice: ModelChoice) throws -> JSONObject {
        // The prompts with empty inputs hold what a program says: signatures, instructions, demos, types; the graph how
        // its nodes hang together.
        let calls = try PromptPreview(choice: choice).calls(program, [:])
        var hash = RowHash()
        for call in calls {
            hash.add(call.path.utf8)
            for message in call.request.messages { hash.add(message.json.text().utf8) }
        }
        hash.add(ProgramGraph.text(program).utf8)
        for tool in program.tools { hash.add("\(tool)".utf8) }
        hash.add(program.outputs.map(\.name).joined(separator: ",").utf8)
        let models = calls.map(\.model)
        let options = (calls.map(\.request.options) + [choice.givenOptions]).map {
            JSON.object(SecretOptions.hidden($0))
        }
        return [
            "program": .string("fnv:" + RowHash.text(hash.value)),
            "model": .string(Array(Set(models)).sorted().joined(separator: ", ")),
            "options": .string(JSON.array(options).text()),
            "adapter": .string(choice.adapter.name),
        ]
    }
}
