/// Keys that people bring along from other formats, and what they are called here.
enum FamiliarKeys {
    /// What to write instead; nil for a key that nobody brings along.
    static func help(for key: String) -> String? {
        let name = key.lowercased()
        if ModelOptions.names.contains(name) {
            return
                "an option of the model stands in `config`: {\"config\": {\"\(name)\": …}}, or in `lm`, beside `model`"
        }
        return meanings[name]
    }

    private static let meanings: [String: String] = {
        var meanings: [String: String] = [:]
        func add(_ keys: String, _ help: String) {
            for key in keys.split(separator: " ") { meanings[String(key)] = help }
        }
        add("model llm engine deployment model_name", "the model is `lm`: {\"lm\": \"provider/model\"}")
        add(
            "provider api_base base_url api_key",
            "it stands beside the model: {\"lm\": {\"model\": \"provider/model\", …}}")
        add(
            "system prompt system_prompt system_message instruction template task",
            "the task in words is `instructions`; DSPy writes the prompt from it and the signature")
        add("messages user user_prompt", "DSPy writes the messages from `signature`, `instructions` and `demos`")
        add(
            "examples example few_shot fewshot few_shots shots demonstrations",
            "examples are `demos`: an array of objects with the fields")
        add(
            "input inputs input_fields output output_fields args arguments",
            "inputs and outputs are in `signature`: \"question -> answer\"; what is said of them in `fields`")
        add("strategy type kind class predictor", "the module is `module`: {\"module\": \"ChainOfThought\"}")
        add("functions function_call", "tools are `tools`, those of one module `use`")
        add(
            "schema response_format output_schema json_schema",
            "types of outputs stand in `signature`, records in `types`")
        add("chain pipeline nodes stages workflow", "nodes one after another are `steps`")
        add("title id", "the name is `name`")
        return meanings
    }()
}
