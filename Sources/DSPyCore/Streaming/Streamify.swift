import Basics
/// DSPy's `streamify`: the program as one that gives its outputs while they come in.
///
/// - Parameters:
///   - program: The program.
///   - statusMessageProvider: What is said of tools, modules and models.
///   - streamListeners: The fields to stream; without any, the models' answers come as raw chunks.
///   - includeFinalPrediction: Whether the prediction comes too. It always comes when nothing else did, and when an answer
///     came whole, as from a cache.
///   - asyncStreaming: Whether calls may run at the same time; else one goes after the other, in program order.
/// - Throws: `ModuleError`: see `StreamListener`.
/// - Source: dspy/streaming/streamify.py (3.4.1).
public func streamify(
    _ program: any Module, statusMessageProvider: any StatusMessageProvider = DefaultStatusMessages(),
    streamListeners: [StreamListener] = [], includeFinalPrediction: Bool = true, asyncStreaming: Bool = true
) throws(ModuleError) -> StreamedProgram {
    StreamedProgram(
        program: program, status: statusMessageProvider,
        targets: streamListeners.isEmpty ? nil : try StreamListener.targets(of: streamListeners, in: program),
        includesPrediction: includeFinalPrediction, isSequential: !asyncStreaming)
}

/// A program that streams; it can be called any number of times.
public struct StreamedProgram: Sendable {
    let program: any Module
    let status: any StatusMessageProvider
    /// Whose fields are streamed; nil for raw chunks.
    let targets: [PredictorID: RunObserver.Target]?
    let includesPrediction: Bool
    let isSequential: Bool

    /// The items of a run of the program; nothing runs before they are walked.
    public func callAsFunction(_ inputs: ValueDict, in context: RunContext) -> ProgramStream {
        ProgramStream { StreamRun { try await run(inputs, context, $0) } }
    }

    private func run(
        _ inputs: ValueDict, _ context: RunContext, _ channel: StreamChannel<StreamItem>
    ) async throws {
        let items = StreamItems(status: status, streamsFields: targets != nil)
        var context = context
        if isSequential { context.isSequential = true }
        let named = program.namedPredictors().map {
            ($0.predict.id, RunObserver.Target(name: $0.name, node: $0.node, fields: []))
        }
        context.observer = RunObserver(
            targets: targets ?? Dictionary(named) { first, _ in first }, isOpen: targets == nil
        ) { event in
            for item in items.items(of: event) { try await channel.send(item) }
        }
        let prediction = try await program.acall(inputs, in: context)
        if includesPrediction || items.isPredictionNeeded { try await channel.send(.prediction(prediction)) }
    }
}
