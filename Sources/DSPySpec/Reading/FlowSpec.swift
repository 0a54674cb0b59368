import DSPyCore
import OrderedJSON

/// A branch by the value of a field.
package struct SwitchSpec: Sendable {
    let path: PathSpec
    let cases: [(label: String, range: Range<TextPosition>, node: NodeSpec)]
    let otherwise: NodeSpec?
    let otherwiseRange: Range<TextPosition>?
    /// Where `switch` itself stands.
    let range: Range<TextPosition>
}

/// A branch by an expression.
package struct ConditionSpec: Sendable {
    let condition: ExpressionSpec
    let then: NodeSpec
    let otherwise: NodeSpec?
}

/// A node for every item of a list.
package struct ForEachSpec: Sendable {
    let list: PathSpec
    let item: String
    let itemRange: Range<TextPosition>
    let body: NodeSpec
    /// What is kept of every item: the output's name, and its path inside.
    let collect: (name: String, path: PathSpec)?
    let concurrency: Int
    let onError: ForEach.ErrorPolicy
}

/// A node again and again.
package struct LoopSpec: Sendable {
    /// A value of the first round.
    struct Start: Sendable {
        let name: String
        let range: Range<TextPosition>
        let value: Value
        let valueRange: Range<TextPosition>
    }

    /// A list that grows by what each round gives.
    struct Gather: Sendable {
        let name: String
        let path: PathSpec
        let isUnique: Bool
    }

    let body: NodeSpec
    /// What ends the loop before `max`; nil for nothing.
    let condition: ExpressionSpec?
    let isUntil: Bool
    let max: Int
    let start: [Start]
    let gather: [Gather]
}

/// A node inside `BestOfN`, `Refine` or `Majority`.
package struct AttemptsSpec: Sendable {
    let body: NodeSpec
    let module: AttemptsKind
    let count: Int?
    let threshold: Double?
    let reward: ExpressionSpec?
    /// The output that votes.
    let field: (name: String, range: Range<TextPosition>)?
    /// The text of the node inside, which `Refine` shows to the model.
    let text: String
}

/// A call of a tool without a model.
package struct ToolCallSpec: Sendable {
    let tool: ToolUseSpec
    /// Arguments with a fixed value; those with a path are the node's `renames`.
    let constants: [(name: String, range: Range<TextPosition>, value: Value, valueRange: Range<TextPosition>)]
    /// The output that holds the result.
    let output: String?
}

/// A tool by name, `grep`, `files` or `files.read_file`.
package struct ToolUseSpec: Sendable {
    let name: String
    let range: Range<TextPosition>
}

/// How many examples are shown, and what compares them.
package struct KNNSpec: Sendable, Hashable {
    /// How many examples a prompt shows.
    package let k: Int
    /// The embedding model, `provider/model`.
    package let embedder: String
}

/// Further attempts after a failure that may pass.
package struct RetrySpec: Sendable, Hashable {
    /// How many further attempts follow the first.
    package let attempts: Int
    /// How many seconds lie between two.
    package let wait: Double
}

/// What answers when a node fails.
package indirect enum FallbackSpec: Sendable {
    /// The same node with another model.
    case lm(LMSpec)
    /// Another node.
    case node(NodeSpec)
}

/// A path with its place.
package struct PathSpec: Sendable {
    let parts: [String]
    let range: Range<TextPosition>
}

/// An expression that could be read, with its places in the file.
package struct ExpressionSpec: Sendable {
    let expression: Expression
    /// What it speaks of.
    let paths: [PathSpec]
    private let value: PositionedJSON
    private let source: SpecSource

    /// Notes an expression that cannot be read.
    init?(_ value: PositionedJSON, _ source: SpecSource, _ collector: DiagnosticCollector) {
        let text = value.string ?? ""
        do throws(ExpressionError) {
            expression = try Expression(text)
        } catch {
            collector.error(
                .syntax, "the expression \"\(text)\": \(error.message)", at: source.range(of: error.range, in: value),
                in: source)
            return nil
        }
        paths = expression.paths.map { PathSpec(parts: $0.parts, range: source.range(of: $0.range, in: value)) }
        self.value = value
        self.source = source
    }

    /// Where the whole expression stands.
    var range: Range<TextPosition> { value.range }

    /// Notes what can never have a value or never hold.
    ///
    /// - Parameter wantsNumber: Whether the value must be a number.
    func check(
        _ collector: DiagnosticCollector, wantsNumber: Bool = false, _ typeOf: @escaping ([String]) -> FieldType?
    ) {
        let (faults, isNoNumber) = expression.faults(typeOf)
        for fault in faults {
            collector.error(.expression, fault.message, at: source.range(of: fault.range, in: value), in: source)
        }
        if wantsNumber, isNoNumber, faults.isEmpty {
            collector.error(
                .expression, "the expression gives no number",
                help: "compare, count or calculate: \"len(answer) < 80\"",
                at: range, in: source)
        }
    }
}
