import DSPySpec
import DSPyTools

/// What a program's models want to be allowed.
enum ModelNeeds {
    /// The routes of all models that a program may ask, the default model among them where some call names none.
    static func routes(of program: CheckedProgram, _ router: ModelRouter, defaultModel: String?) throws -> [ModelRoute]
    {
        var specs: [LMSpec?] = program.models
        if program.takesDefaultModel { specs.append(defaultModel.map { LMSpec(model: $0) }) }
        var routes: [ModelRoute] = []
        var seen: Set<LMSpec?> = []
        for spec in specs where seen.insert(spec).inserted { routes.append(try router.route(spec)) }
        for name in program.embedders { routes.append(try router.embedder(name)) }
        return routes
    }
}
