package import DSPyCore
import Synchronization

/// A module that answers by a rule and keeps the inputs it was given.
package final class RuleModule: Module {
    private let rule: @Sendable (Int, ValueDict, RunContext) async throws -> ValueDict
    private let given = Mutex<[ValueDict]>([])

    /// A module.
    ///
    /// - Parameter rule: The number of the call from 0, the inputs and the context.
    package init(_ rule: @escaping @Sendable (Int, ValueDict, RunContext) async throws -> ValueDict) {
        self.rule = rule
    }

    /// Always the same fields.
    package convenience init(_ fields: ValueDict) { self.init { _, _, _ in fields } }

    /// What it was asked, in the order of the calls.
    package var calls: [ValueDict] { given.withLock { $0 } }

    /// None.
    package var submodules: [(name: String, module: any Module)] { [] }

    /// Answers by the rule.
    package func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        let number = given.withLock { given in
            given.append(inputs)
            return given.count - 1
        }
        return Prediction(try await rule(number, inputs, context))
    }
}
