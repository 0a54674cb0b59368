import DSPyCore
package import DSPySpec
package import OrderedJSON

/// What a prediction depends on beside its inputs: program, model, options, adapter.
package enum ProgramFingerprint {
    /// The parts by the names that messages use.
    package static func parts(of program: CheckedProgram, _ models: ModelChoice) throws -> JSONObject {
        // The prompts with empty inputs hold what a program says: signatures, instructions, demos, types; the graph how
        // its nodes hang together.
        let calls = try PromptPreview(models).calls(program, [:])
        var hash = StableHash()
        for call in calls {
            hash.add(call.path.utf8)
            for message in call.request.messages { hash.add(message.json.text().utf8) }
        }
        hash.add(ProgramGraph.text(program).utf8)
        for tool in program.tools { hash.add("\(tool)".utf8) }
        hash.add(program.outputs.map(\.name).joined(separator: ",").utf8)
        let names = calls.map(\.model)
        // What a program's own models say stands behind, where there is any: what was recorded without stays good.
        let own = calls.compactMap { ($0.lm as? SketchedModel)?.spec.options }.filter { !$0.isEmpty }
        let options = (calls.map(\.request.options) + [models.givenOptions] + own).map {
            JSON.object(SecretOptions.hidden($0))
        }
        return [
            "program": .string("fnv:" + StableHash.text(hash.value)),
            "model": .string(Array(Set(names)).sorted().joined(separator: ", ")),
            "options": .string(JSON.array(options).text()),
            "adapter": .string(models.adapter.name),
        ]
    }
}
