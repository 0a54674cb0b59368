/// Turns texts into vectors that lie close together where the texts mean the same.
public protocol Embedder: Sendable {
    /// One vector for each text, in their order, all of one length.
    func embed(_ texts: [String]) async throws -> [[Float]]
}

/// Finds the examples nearest to some inputs.
///
/// - Source: dspy/predict/knn.py (3.4.1).
public struct KNN: Sendable {
    /// How many examples it finds.
    public let k: Int
    /// What it searches.
    public let trainset: [Example]

    private let embedder: any Embedder
    private let vectors: [[Float]]

    /// Embeds the examples once.
    public init(k: Int, trainset: [Example], embedder: any Embedder) async throws {
        self.k = k
        self.trainset = trainset
        self.embedder = embedder
        vectors = try await embedder.embed(trainset.map { Self.text(($0.inputs() ?? Example([:])).fields) })
        guard vectors.count == trainset.count else {
            throw ModuleError(
                "ValueError", "the embedder gave \(vectors.count) vectors for \(trainset.count) examples")
        }
    }

    private static func text(_ fields: ValueDict) -> String {
        fields.members.map { "\($0.key.pythonString): \($0.value.pythonString)" }.joined(separator: " | ")
    }

    /// The nearest examples, the nearest first.
    public func callAsFunction(_ inputs: ValueDict) async throws -> [Example] {
        guard !trainset.isEmpty else { return [] }
        guard let asked = try await embedder.embed([Self.text(inputs)]).first else { return [] }
        let scores = vectors.map { vector in zip(vector, asked).reduce(Float(0)) { $0 + $1.0 * $1.1 } }
        // numpy's argsort reversed: of equal scores the later example comes first.
        let order = scores.indices.sorted { (scores[$0], $0) > (scores[$1], $1) }
        return order.prefix(k).map { trainset[$0] }
    }
}

/// A module whose predictors are shown, for each call, the examples nearest to its inputs.
///
/// - Source: dspy/teleprompt/knn_fewshot.py (3.4.1), without its bootstrapping.
public struct KNNFewShot: Module {
    /// What is asked.
    public var module: any Module

    private let finder: Finder

    /// Examples near the inputs for a module.
    ///
    /// - Parameter inputNames: Which fields of an example are inputs.
    public init(
        _ module: any Module, k: Int, trainset: [ValueDict], inputNames: [String], embedder: any Embedder
    ) {
        self.module = module
        finder = Finder(
            k: k, trainset: trainset.map { Example($0).withInputs(inputNames) }, embedder: embedder)
    }

    /// Those of the module itself.
    public var submodules: [(name: String, module: any Module)] { module.submodules }

    /// Finds the examples and asks.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        let demos = try await finder.knn()(inputs).map(\.fields)
        var context = context
        context.demos = demos
        return try await module.call(inputs, in: context)
    }

    /// Embeds the examples at the first call, once for all.
    private actor Finder {
        private let k: Int
        private let trainset: [Example]
        private let embedder: any Embedder
        private var current: Task<KNN, any Error>?

        init(k: Int, trainset: [Example], embedder: any Embedder) {
            self.k = k
            self.trainset = trainset
            self.embedder = embedder
        }

        func knn() async throws -> KNN {
            let task =
                current
                ?? Task { [k, trainset, embedder] in
                    try await KNN(k: k, trainset: trainset, embedder: embedder)
                }
            current = task
            do { return try await task.value } catch {
                if current == task { current = nil }
                throw error
            }
        }
    }
}
