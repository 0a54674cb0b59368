import OrderedJSON

/// One of several modules, chosen by the value of a field.
public struct Switch: Module {
    /// The field: a path in the inputs.
    public var path: [String]
    /// The modules by the text of the value they are for (`Switch.label(of:)`).
    public var cases: [(label: String, step: Pipeline.Step)]
    /// What runs for every other value.
    public var otherwise: Pipeline.Step?

    /// A choice.
    public init(path: [String], cases: [(label: String, step: Pipeline.Step)], otherwise: Pipeline.Step? = nil) {
        self.path = path
        self.cases = cases
        self.otherwise = otherwise
    }

    /// The modules, as `cases['low']` and `else`.
    public var submodules: [(name: String, module: any Module)] {
        cases.map { ("cases['\($0.label)']", $0.step.module) } + (otherwise.map { [("else", $0.module)] } ?? [])
    }

    /// Runs the module of the value.
    ///
    /// - Throws: `ModuleError` when the field has no value, or one that no case is for.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        let scope = Scope(inputs)
        let shown = path.joined(separator: ".")
        guard let value = scope.value(at: path) else {
            throw ModuleError("KeyError", "`switch` reads `\(shown)`, which has no value")
        }
        let label = Self.label(of: value)
        let named = cases.first { $0.label.hasSameBytes(as: label) }?.step
        guard let chosen = named ?? otherwise else {
            throw ModuleError("ValueError", "`\(shown)` is \(value.pythonRepr), which no case is for")
        }
        return try await chosen.run(in: scope, as: named == nil ? "else" : "cases['\(label)']", context)
    }

    /// The text by which a case names a value: of an enum's member its value, of a bool `true` or `false`, of None `null`.
    public static func label(of value: Value) -> String {
        switch value {
        case .bool(let isTrue): isTrue ? "true" : "false"
        case .null: "null"
        case .enumCase(let member): label(of: member.value)
        default: value.pythonString
        }
    }
}
