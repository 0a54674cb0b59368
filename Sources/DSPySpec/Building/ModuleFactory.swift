import DSPy

/// Makes the module that a checked predictor, or a node inside `of`, names.
struct ModuleFactory {
    let predictor: CheckedPredictor
    let lm: (any LanguageModel)?
    let adapter: (any Adapter)?
    let tools: [Tool]
    let makeInterpreter: CodeInterpreterFactory?

    func module(demos: [ValueDict]) throws -> any Module {
        let (signature, config) = (predictor.signature, predictor.config)
        switch predictor.module {
        case "Predict": return Predict(signature, demos: demos, config: config, lm: lm, adapter: adapter)
        case "ChainOfThought":
            return ChainOfThought(signature, demos: demos, config: config, lm: lm, adapter: adapter)
        default: throw Self.missing(predictor.module)
        }
    }

    /// A module that makes several attempts at another one.
    static func module(_ attempts: CheckedAttempts, around inner: any Module) throws -> any Module {
        throw missing(attempts.module)
    }

    private static func missing(_ name: String) -> ModuleError {
        ModuleError("NotImplementedError", "there is no module \(name)")
    }
}
