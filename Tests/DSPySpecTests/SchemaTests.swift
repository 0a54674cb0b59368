import DSPySpec
import OrderedJSON
import Testing

/// The JSON Schema of program files.
@Suite struct Schema {
    private func faults(_ text: String) throws -> [String] {
        SchemaChecker(SpecSchema.schema).faults(of: try JSON(parsing: text, options: .jsonc))
    }

    @Test("every key that runs is described where it may stand, and no other")
    func keys() throws {
        let definitions = try #require(SpecSchema.schema["$defs"])
        let program = try #require(definitions["program"]?["properties"]?.object)
        let node = try #require(definitions["node"]?["anyOf"]?.array?.last?["properties"]?.object)
        let available = SpecKeys.all.filter(\.isAvailable)
        #expect(Set(program.keys) == Set(available.map(\.name)).subtracting(["in"]))
        #expect(Set(node.keys) == Set(available.filter { $0.place != .header }.map(\.name)))
        for key in available {
            let property = program[key.name] ?? node[key.name]
            #expect(property?["description"]?.string == key.summary)
        }
    }

    @Test("random programs are valid")
    func valid() {
        for seed in 0..<200 as Range<UInt64> {
            var random = RandomSpec(seed: seed)
            let json = random.program()
            #expect(SchemaChecker(SpecSchema.schema).faults(of: json).isEmpty, "\(json.text())")
        }
    }

    @Test(
        "what the reader refuses for its form, the schema refuses too",
        arguments: [
            "1", #"{}"#, #"{"signature": "q"}"#, #"{"signature": "q -> a", "steps": ["q -> a"]}"#, #"{"steps": []}"#,
            #"{"signature": "q -> a", "n": 0}"#, #"{"signature": "q -> a", "n": 1001}"#,
            #"{"signature": "q -> a", "modul": "Predict"}"#,
            #"{"signature": "q -> a", "module": "ReactAgent"}"#, #"{"steps": [{"signature": "q -> a", "types": {}}]}"#,
            #"{"signature": "q -> a", "in": {"q": "x"}}"#, #"{"signature": "q -> a", "adapter": "yaml"}"#,
            #"{"signature": "q -> a", "adapter": {"type": "two_step"}}"#,
            #"{"signature": "q -> a", "adapter": {"type": "json", "x": 1}}"#,
            #"{"signature": "q -> a", "fields": {"q": {"default": 1}}}"#,
            #"{"signature": "q -> a", "lm": {"temperature": 1}}"#,
            #"{"signature": "q -> a", "settings": {"num_retries": -1}}"#,
            #"{"signature": "q -> a", "settings": {"retries": 1}}"#,
            #"{"signature": "q -> a", "types": {"T": []}}"#, #"{"signature": "q -> a", "types": {"T": {"x": 1}}}"#,
            #"{"signature": "q -> a", "types": {"T": {"x": {"desc": "y"}}}}"#,
            #"{"signature": "q -> a", "outputs": []}"#,
            #"{"signature": "q -> a", "tests": [{"inputs": {}}]}"#,
            #"{"switch": "q"}"#, #"{"switch": "q", "cases": {}}"#, #"{"if": "q"}"#, #"{"for_each": "q", "as": "x"}"#,
            #"{"for_each": "q", "as": "x", "do": "x -> a", "on_error": "stop"}"#,
            #"{"for_each": "q", "as": "x", "do": "x -> a", "concurrency": 0}"#, #"{"loop": "q -> a", "until": "a"}"#,
            #"{"of": "q -> a", "n": 3}"#, #"{"signature": "q -> a", "retry": 0}"#,
            #"{"signature": "q -> a", "retry": {"wait": 1}}"#, #"{"signature": "q -> a", "fallback": 1}"#,
            #"{"signature": "q -> a", "M": 0}"#, #"{"signature": "q -> a", "use": "x"}"#,
            #"{"signature": "q -> a", "knn": {"k": 1}}"#, #"{"signature": "q -> a", "tools": {"x": {}}}"#,
            #"{"signature": "q -> a", "tools": {"x": {"builtin": "calc"}}}"#,
            #"{"signature": "q -> a", "tools": {"x": {"command": []}}}"#,
            #"{"signature": "q -> a", "tools": {"x": {"builtin": "now", "args": {}}}}"#,
            #"{"signature": "q -> a", "tools": {"x": {"command": ["x"], "builtin": "now"}}}"#,
        ])
    func invalid(text: String) throws {
        #expect(MemoryFiles().load(text).program == nil)
        #expect(!(try faults(text).isEmpty))
    }
}
