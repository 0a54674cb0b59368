/// One of two modules, chosen by an expression; without a second one, nothing where the expression does not hold.
public struct Conditional: Module {
    /// What decides; its paths are looked up in the inputs.
    public var condition: Expression
    /// What runs when it holds.
    public var then: Pipeline.Step
    /// What runs otherwise.
    public var otherwise: Pipeline.Step?

    /// A choice.
    public init(if condition: Expression, then: Pipeline.Step, else otherwise: Pipeline.Step? = nil) {
        self.condition = condition
        self.then = then
        self.otherwise = otherwise
    }

    /// The modules, as `then` and `else`.
    public var submodules: [(name: String, module: any Module)] {
        [("then", then.module)] + (otherwise.map { [("else", $0.module)] } ?? [])
    }

    /// Runs the module that the expression chooses.
    ///
    /// - Throws: `ModuleError` when the expression has no value.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        let scope = Scope(inputs)
        if try condition.holds(in: scope, of: "if") { return try await then.run(in: scope, as: "then", context) }
        return try await otherwise?.run(in: scope, as: "else", context) ?? Prediction([:])
    }
}

extension Expression {
    /// Whether it holds in a scope.
    ///
    /// - Parameter key: The key of the program file that it stands under, for the error.
    /// - Throws: `ModuleError` when it has no value there.
    package func holds(in scope: Scope, of key: String) throws -> Bool {
        do throws(ExpressionError) { return try holds { scope.value(at: $0) } } catch {
            throw ModuleError("ValueError", "`\(key)`: \"\(text)\": \(error)")
        }
    }

    /// Its value in a scope as a number; true counts 1, false 0.
    ///
    /// - Parameter key: The key of the program file that it stands under, for the error.
    /// - Throws: `ModuleError` when it has none there.
    package func number(in scope: Scope, of key: String) throws -> Double {
        do throws(ExpressionError) {
            let value = try evaluate { scope.value(at: $0) }
            if let number = value.numeric { return number }
            throw ExpressionError("a number is needed, found \(value.pythonRepr)", at: 0..<text.unicodeScalars.count)
        } catch {
            throw ModuleError("ValueError", "`\(key)`: \"\(text)\": \(error)")
        }
    }
}
