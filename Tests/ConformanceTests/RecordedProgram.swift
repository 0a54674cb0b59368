import DSPyCore
import OrderedJSON

/// Reads the program description of a recorded case.
struct RecordedProgram {
    let json: JSON
    let namedTypes: [String: FieldType]

    init(_ json: JSON) throws {
        self.json = json
        var types: [String: FieldType] = [:]
        for (name, type) in json["types"]?.object ?? [:] { types[name] = try Self.namedType(name, type, types) }
        namedTypes = types
    }

    private static func namedType(_ name: String, _ json: JSON, _ types: [String: FieldType]) throws -> FieldType {
        if json["kind"] == "enum" {
            let members = (json["members"]?.object ?? [:]).members.map {
                EnumType.Member(name: $0.key, value: Value($0.value))
            }
            return .enumeration(EnumType(name: name, members: members))
        }
        let fields = try (json["fields"]?.array ?? []).map { field in
            RecordType.Field(
                name: field["name"]?.string ?? "",
                type: try FieldType(field["type"]?.string ?? "str", namedTypes: types),
                description: field["desc"]?.string, defaultValue: field["default"].map { Value($0) },
                constraints: constraints(field))
        }
        return .record(RecordType(name: name, doc: json["doc"]?.string, fields: fields))
    }

    private static func constraints(_ field: JSON) -> Constraints {
        Constraints(
            (field.object ?? [:]).members.compactMap { key, value in
                Constraints.Kind(rawValue: key).map { Constraints.Bound($0, Value(value)) }
            })
    }

    func signature(_ json: JSON? = nil) throws -> Signature {
        let json = json ?? self.json
        let instructions = json["instructions"]?.string
        if let text = json["signature"]?.string {
            return try Signature(text, namedTypes: namedTypes, instructions: instructions)
        }
        let fields = try (json["fields"]?.array ?? []).map { field in
            Field(
                name: field["name"]?.string ?? "", kind: field["kind"] == "input" ? .input : .output,
                type: try FieldType(field["type"]?.string ?? "str", namedTypes: namedTypes),
                description: field["desc"]?.string, defaultValue: field["default"].map { Value($0) },
                constraints: Self.constraints(field))
        }
        return Signature(fields: fields, instructions: instructions)
    }

    /// The signature as the module's prompt shows it.
    func promptSignature() throws -> Signature {
        let signature = try signature()
        return json["module"] == "chain_of_thought" ? ChainOfThought.extended(signature) : signature
    }

    func module(
        tools: [Tool] = [], interpreter: RecordedInterpreter = RecordedInterpreter([]), _ entry: JSON = [:]
    ) throws -> any Module {
        let demos = (json["demos"]?.array ?? []).compactMap { Value($0).dict }
        let config = json["config"]?.object ?? [:]
        switch json["module"]?.string ?? "predict" {
        case "predict": return Predict(try signature(), demos: demos, config: config)
        case "chain_of_thought": return ChainOfThought(try signature(), demos: demos, config: config)
        case "chain": return RecordedChain(stages: try (json["stages"]?.array ?? []).map(stage))
        case "react":
            return ReAct(try signature(), tools: tools, maxIters: json["max_iters"]?.int ?? 20, config: config)
        case "react_v2":
            return try ReActV2(try signature(), tools: tools, maxIters: json["max_iters"]?.int ?? 20, config: config)
        case "multi_chain_comparison":
            return MultiChainComparison(try signature(), m: json["M"]?.int ?? 3, config: config)
        case "best_of_n":
            return BestOfN(
                try RecordedProgram(json["inner"] ?? .null).module(), n: json["N"]?.int ?? 1,
                threshold: json["threshold"]?.number, reward: reward)
        case "refine":
            return Refine(
                try RecordedProgram(json["inner"] ?? .null).module(), n: json["N"]?.int ?? 1,
                threshold: json["threshold"]?.number, reward: reward,
                rewardText: "def one_word(args, pred):\n    return 1.0 if len(pred.answer.split()) == 1 else 0.0\n",
                programText: "<python source of the module class>")
        case "program_of_thought":
            return ProgramOfThought(
                try signature(), maxIters: json["max_iters"]?.int ?? 3, interpreter: { _, _, _ in interpreter },
                config: config)
        case "code_act":
            return CodeAct(
                try signature(), tools: tools, maxIters: json["max_iters"]?.int ?? 5,
                interpreter: { _, _, _ in interpreter }, config: config)
        case "rlm":
            return try RLM(
                try signature(), tools: tools, maxIters: json["max_iters"]?.int ?? 20,
                interpreter: { _, _, _ in interpreter }, config: config)
        case "majority": return Voting(completions: entry["completions"]?.array ?? [])
        case let other: throw Unknown(module: other)
        }
    }

    struct Unknown: Error { let module: String }

    /// The rewards that the corpus says in words.
    private var reward: RewardFunction {
        let isLength = json["reward"]?.string?.hasPrefix("min(") == true
        return { _, prediction in
            let answer = prediction["answer"]?.string ?? ""
            if isLength { return min(Double(answer.unicodeScalars.count) / 10, 1) }
            return answer.split(whereSeparator: \.isWhitespace).count == 1 ? 1 : 0
        }
    }

    /// `majority` over recorded completions.
    private struct Voting: Module {
        let completions: [JSON]

        func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
            try majority(completions.compactMap { Value($0).dict })
        }
    }

    private func stage(_ json: JSON) throws -> RecordedChain.Stage {
        let signature = try signature(json)
        let module: any Module = json["module"] == "chain_of_thought" ? ChainOfThought(signature) : Predict(signature)
        return .init(name: json["name"]?.string ?? "", module: module, inputs: json["inputs"]?.object ?? [:])
    }

    func inputs(_ json: JSON, coerced: Bool, tools: [ToolDescription]) throws -> ValueDict {
        var inputs = ValueDict()
        let signature = self.json["module"] == "chain" ? nil : try signature()
        for (name, given) in json.object ?? [:] {
            var value = Value(given)
            switch signature?[name]?.type {
            case .custom(.history)?, .custom(.image)?: value = try signature?[name]?.type.fit(value) ?? value
            case .list(_, element: .custom(.tool))?: value = .list(tools.map { .custom(.tool($0)) })
            case let type?: if coerced { value = try type.fit(value) }
            case nil: break
            }
            inputs[name] = value
        }
        return inputs
    }
}

/// The corpus's chain: each stage's inputs are templates over the inputs and the earlier stages.
struct RecordedChain: Module {
    struct Stage {
        let name: String
        let module: any Module
        let inputs: JSONObject
    }

    let stages: [Stage]

    var submodules: [(name: String, module: any Module)] { stages.map { ($0.name, $0.module) } }

    func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        var predictions: [String: Prediction] = [:]
        var last = Prediction([:])
        for stage in stages {
            var given = ValueDict()
            for (name, template) in stage.inputs { given[name] = fill(template, inputs, predictions) }
            last = try await stage.module.call(given, in: context)
            predictions[stage.name] = last
        }
        return last
    }

    private func fill(_ template: JSON, _ inputs: ValueDict, _ predictions: [String: Prediction]) -> Value {
        if case .array(let items) = template { return .list(items.map { fill($0, inputs, predictions) }) }
        guard let text = template.string else { return Value(template) }
        let pieces = text.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
        guard pieces.count > 1 else { return .string(text) }
        // A template that is one reference keeps the value; one inside other text becomes text.
        var filled = pieces[0]
        for piece in pieces.dropFirst() {
            let path = piece.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
            let parts = path.split(separator: ".").map(String.init)
            guard let value = value(parts, inputs, predictions) else { return .string(text) }
            if pieces.count == 2, filled.isEmpty, path.count == piece.count { return value }
            filled += value.pythonString + piece.dropFirst(path.count)
        }
        return .string(filled)
    }

    private func value(_ parts: [String], _ inputs: ValueDict, _ predictions: [String: Prediction]) -> Value? {
        if parts.first == "input", parts.count == 2 { return inputs[parts[1]] }
        guard let name = parts.first, let prediction = predictions[name] else { return nil }
        return parts.count == 2 ? prediction[parts[1]] : .prediction(prediction)
    }
}
