public import OrderedJSON

/// One call of a model with a signature.
///
/// - Source: dspy/predict/predict.py (3.4.1).
public struct Predict: Module {
    /// What it is known by to listeners; copies share it.
    public let id = PredictorID()
    /// What it asks.
    public var signature: Signature
    /// Examples that the prompt shows.
    public var demos: [ValueDict]
    /// LM keyword arguments of every call (`temperature`, `n`, …).
    public var config: JSONObject
    /// Its own model, before the run's.
    public var lm: (any LanguageModel)?
    /// Its own adapter, before the run's.
    public var adapter: (any Adapter)?
    /// Whether values of earlier turns get the types of their fields, as those of a program file do; Python's have them.
    package var readsTurns = false

    /// A module of a signature string, `question -> answer`, with the default instructions.
    ///
    /// - Throws: `SignatureError`, with the place inside the string.
    public init(
        _ signature: String, demos: [ValueDict] = [], config: JSONObject = [:], lm: (any LanguageModel)? = nil,
        adapter: (any Adapter)? = nil
    ) throws(SignatureError) {
        self.init(try Signature(signature), demos: demos, config: config, lm: lm, adapter: adapter)
    }

    /// A module of a signature.
    public init(
        _ signature: Signature, demos: [ValueDict] = [], config: JSONObject = [:], lm: (any LanguageModel)? = nil,
        adapter: (any Adapter)? = nil
    ) {
        self.signature = signature
        self.demos = demos
        self.config = config
        self.lm = lm
        self.adapter = adapter
    }

    /// The keyword arguments of a call; several generations need a temperature at which they differ.
    package static func options(_ config: JSONObject, for lm: any LanguageModel) -> JSONObject {
        var options = config
        let temperature = (options["temperature"] ?? lm.defaults["temperature"])?.number
        let generations = (options["n"] ?? lm.defaults["n"])?.int ?? 1
        if generations > 1, (temperature ?? 0) <= 0.15 { options["temperature"] = 0.7 }
        return options
    }

    /// None.
    public var submodules: [(name: String, module: any Module)] { [] }

    /// Asks the model; missing inputs take their defaults, and what looks wrong is warned of.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        let (call, inputs) = try call(with: inputs, in: context)
        let prediction = Prediction(completions: try await answer(call, in: context))
        context.record?.note(.init(predictor: id, inputs: inputs, outputs: prediction.fields))
        return prediction
    }

    /// What the adapter is asked, and the inputs with their defaults.
    @inline(never)
    private func call(
        with given: ValueDict, in context: RunContext
    ) throws -> (call: AdapterCall, inputs: ValueDict) {
        guard let lm = lm ?? context.lm else {
            throw ModuleError(
                "ValueError",
                "no language model is set: give the RunContext one as `lm`, or name one with --lm provider/model")
        }
        var inputs = given
        var options = Self.options(
            context.lmOptions.isEmpty ? config : context.lmOptions.overridden(by: config), for: lm)
        if case .dict(let predicted)? = inputs["prediction"], predicted["type"] == "content",
            predicted.contains("content")
        {
            options["prediction"] = Value.dict(predicted).json
            inputs["prediction"] = nil
        }
        for field in signature.inputs where !inputs.contains(field.name) {
            if let value = field.defaultValue { inputs[field.name] = value }
        }
        if readsTurns { inputs = readingTurns(inputs) }
        for warning in InputCheck.warnings(inputs, signature, typesToo: context.settings.warnOnTypeMismatch) {
            context.warn(warning)
        }
        let (count, trace, id) = (AnswerCount(usage: context.usage, warn: context.warn), context.trace, id)
        var call = AdapterCall(
            lm: lm, options: options, signature: signature, demos: context.demos ?? demos, inputs: inputs,
            send: { lm, request in
                try Task.checkCancellation()
                guard let trace else {
                    let response = try await lm.complete(request)
                    count.add(response, model: lm.model)
                    return response
                }
                let response = try await Self.traced(trace, id, lm, request)
                count.add(response, model: lm.model)
                return response
            })
        context.hints?.add(to: &call, of: id)
        return (call, inputs)
    }

    /// Asks a model with the trace told of the answer and of further attempts.
    @inline(never)
    private static func traced(
        _ trace: RunTrace, _ id: PredictorID, _ lm: any LanguageModel, _ request: LMRequest
    ) async throws -> LMResponse {
        let name = lm.model
        var heard = request
        heard.restarts = RestartListener { trace.note(.retry(id, model: name, $0), .now) }
        let asked = heard
        return try await trace.timed({ .model(id, model: name, request: request, outcome: $0) }) {
            try await lm.complete(asked)
        }
    }

    private func answer(_ call: AdapterCall, in context: RunContext) async throws -> [ValueDict] {
        guard let observer = context.observer else { return try await (adapter ?? context.adapter).call(call) }
        return try await observed(call, observer, in: context)
    }

    @inline(never)
    private func observed(
        _ call: AdapterCall, _ observer: RunObserver, in context: RunContext
    ) async throws -> [ValueDict] {
        let adapter = adapter ?? context.adapter
        guard
            let stream = observer.stream(
                of: self, count: AnswerCount(usage: context.usage, warn: context.warn), trace: context.trace)
        else {
            return try await adapter.call(call)
        }
        var watched = call
        watched.stream = stream
        let call = watched
        return try await stream.run(call.lm.model) { try await adapter.call(call) }
    }
}
