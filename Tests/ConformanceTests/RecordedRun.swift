import DSPyCore
import OrderedJSON

/// Runs one recorded case against a model that answers from the record, and compares all that DSPy sent and returned.
struct RecordedRun {
    let entry: JSON

    init(_ entry: JSON) { self.entry = entry }

    func problems() async -> [String] {
        let model = RecordedModel(replies: entry["responses"]?.array ?? [], capabilities: entry["lm"] ?? [:])
        let extraction = entry["extraction_responses"]?.array.map { RecordedModel(replies: $0, capabilities: [:]) }
        var problems: [String] = []
        let interpreter = RecordedInterpreter(entry["interpreter_outcomes"]?.array ?? [])
        do {
            let program = try RecordedProgram(entry["program"] ?? .null)
            let descriptions = (entry["tools"]?.array ?? []).map { tool in
                ToolDescription(
                    name: tool["name"]?.string ?? "", description: tool["desc"]?.string,
                    arguments: tool["args"]?.object ?? [:])
            }
            var inputs = try program.inputs(
                entry["inputs"] ?? [:], coerced: entry["coerce_inputs"] == true, tools: descriptions)
            if let completions = entry["completions"] { inputs["completions"] = Value(completions) }
            var context = RunContext(lm: model, adapter: try Self.adapter(entry, extraction: extraction))
            context.isSequential = entry["async"] == false
            let isAsync = entry["async"] == true
            let tools = try (entry["tools"]?.array ?? []).map { try RecordedTool.tool($0, isAsync: isAsync) }
            let module = try program.module(tools: tools, interpreter: interpreter, entry)
            let prediction = try await module.forward(inputs, in: context)
            if let error = entry["error"] { problems.append("succeeded, but DSPy raises \(error.text())") }
            if let difference = Tally.difference(
                "prediction", expected: Self.expectedPrediction(entry), found: Self.comparable(.dict(prediction.fields))
            ) {
                problems.append(difference)
            }
        } catch {
            let found = Self.pythonClass(of: error)
            if entry["error"]?["class"]?.string != found {
                problems.append("\(found): \(error); DSPy: \(entry["error"]?.text() ?? "succeeds")")
            }
        }
        problems += Self.compare(entry["requests"] ?? [], with: model, "requests")
        if let code = entry["executed_code"] {
            let found = JSON.array(interpreter.executed.map { .string($0) })
            problems += Tally.difference("executed code", expected: code, found: found).map { [$0] } ?? []
            if interpreter.isOpen { problems.append("the interpreter was not shut down") }
        }
        if let extraction {
            problems += Self.compare(entry["extraction_requests"] ?? [], with: extraction, "extraction")
        }
        return problems
    }

    private static func compare(_ expected: JSON, with model: RecordedModel, _ what: String) -> [String] {
        let found = model.requests.map { request -> JSON in
            // The record leaves out options that are None.
            let options = JSONObject(request.options.members.filter { !$0.value.isNull })
            return ["messages": .array(request.messages.map(\.json)), "kwargs": .object(options)]
        }
        return Tally.difference(what, expected: withoutFrames(expected), found: .array(found)).map { [$0] } ?? []
    }

    /// The recorded prediction; of an agent's the trajectory stands beside it.
    private static func expectedPrediction(_ entry: JSON) -> JSON {
        guard let trajectory = entry["trajectory"], let fields = entry["prediction"]?.object else {
            return withoutFrames(entry["prediction"] ?? .null)
        }
        return withoutFrames(.object(JSONObject([(key: "trajectory", value: trajectory)] + fields.members)))
    }

    /// The record without the mark that stands for the frames of a traceback, which no prompt of this library holds.
    static func withoutFrames(_ json: JSON) -> JSON {
        switch json {
        case .string(let text):
            // The recording replaced the placeholder of that field as well.
            .string(
                text.replacing("\n  <frames>", with: "").replacing("\\n  <frames>", with: "").replacing(
                    "<python source of the module class>\n\n[[ ## modules_defn ## ]]\n{modules_defn}",
                    with: "{program_code}\n\n[[ ## modules_defn ## ]]\n{modules_defn}"))
        case .array(let items): .array(items.map(withoutFrames))
        case .object(let object): .object(JSONObject(object.members.map { ($0.key, withoutFrames($0.value)) }))
        default: json
        }
    }

    static func adapter(_ entry: JSON, extraction: RecordedModel?) throws -> any Adapter {
        let options = entry["adapter_options"] ?? [:]
        let native = options["use_native_function_calling"]?.bool
        let parallel = options["parallel_tool_calls"]?.bool
        let fallback = options["use_json_adapter_fallback"]?.bool ?? true
        switch entry["adapter"]?.string ?? "chat" {
        case "json": return JSONAdapter(useNativeFunctionCalling: native ?? true, parallelToolCalls: parallel)
        case "xml":
            return XMLAdapter(
                useNativeFunctionCalling: native ?? false, parallelToolCalls: parallel, useJSONAdapterFallback: fallback
            )
        case "baml": return BAMLAdapter(useNativeFunctionCalling: native ?? true, parallelToolCalls: parallel)
        case "two_step":
            return TwoStepAdapter(extractionModel: extraction ?? RecordedModel(replies: [], capabilities: [:]))
        default:
            return ChatAdapter(
                useNativeFunctionCalling: native ?? false, parallelToolCalls: parallel, useJSONAdapterFallback: fallback
            )
        }
    }

    /// Values as the corpus shows them: sets as sorted lists.
    static func comparable(_ value: Value) -> JSON {
        switch value {
        case .set(let items), .frozenSet(let items):
            return .array(items.map(comparable).sorted { $0.text().utf8.lexicographicallyPrecedes($1.text().utf8) })
        case .list(let items), .tuple(let items): return .array(items.map(comparable))
        case .dict(let members):
            return .object(JSONObject(members.members.map { ($0.key.pythonString, comparable($0.value)) }))
        case .record(let record):
            return .object(JSONObject(record.fields.members.map { ($0.key.pythonString, comparable($0.value)) }))
        default: return value.plainJSON
        }
    }

    static func pythonClass(of error: any Error) -> String {
        switch error {
        case is AdapterParseError: "AdapterParseError"
        case let error as AdapterFormatError: error.kind
        case let error as ModuleError: error.kind
        case let error as LMError: error.dspyClass
        case let error as ToolError: error.kind
        default: "\(type(of: error))"
        }
    }
}
