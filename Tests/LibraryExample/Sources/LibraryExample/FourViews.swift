import DSPy

/// One issue, four points of view, asked at the same time.
struct FourViews: Module {
    let depth: Predict
    let breadth: Predict
    let structure: Predict
    let time: Predict

    init() throws {
        func view(_ instructions: String) throws -> Predict {
            Predict(try Signature("issue -> insight", instructions: instructions))
        }
        depth = try view("Ask why, nine times, and tell the cause at the end of it.")
        breadth = try view("Tell other approaches, and how others see it.")
        structure = try view("Tell the causes and how they hang together.")
        time = try view("Tell how it came about, and what comes next.")
    }

    func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        async let why = depth.acall(inputs, in: context)
        async let others = breadth.acall(inputs, in: context)
        async let causes = structure.acall(inputs, in: context)
        async let course = time.acall(inputs, in: context)
        return try await Prediction([
            "depth": .prediction(why), "breadth": .prediction(others), "structure": .prediction(causes),
            "time": .prediction(course),
        ])
    }
}

/// The four answers while they come in, each under its name; none waits for another.
func fourViews(_ lm: LM) async throws {
    let names = ["depth", "breadth", "structure", "time"]
    let streamed = try streamify(
        try FourViews(), streamListeners: names.map { StreamListener(signatureFieldName: "insight", predictName: $0) })
    for try await item in streamed(["issue": "売上が落ちた"], in: RunContext(lm: lm)) {
        switch item {
        case .response(let piece): print("\(piece.predictName): \(piece.chunk)")
        case .reset(let reset): print("\(reset.predictName): again from the start")
        case .prediction(let prediction): print(prediction.json.text())
        case .status, .chunk, .custom: break
        }
    }
}
