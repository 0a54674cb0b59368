import DSPyCore

/// The keys of a program file: one table that the reader, `fmt`, the JSON Schema and the documentation share.
package enum SpecKeys {
    /// Where a key may stand.
    package enum Place: Sendable {
        /// Only at the top of the file.
        case header
        /// On any node.
        case node
        /// Beside some kinds, `Key.kinds`.
        case companion
        /// The one key that says what a node is.
        case kind
    }

    /// One key.
    package struct Key: Sendable {
        package let name: String
        /// What may stand behind it.
        let shape: Shape
        /// Where it may stand.
        package let place: Place
        /// What it is for, in one sentence.
        package let summary: String
        /// Whether this version runs it.
        package var isAvailable = true
        /// The kinds that a companion stands beside; empty for other keys.
        package var kinds: [String] = []

        /// Whether it may stand on a node that has one of these keys.
        func isAtHome(beside keys: (String) -> Bool) -> Bool { kinds.isEmpty || kinds.contains(where: keys) }
    }

    /// All keys in canonical order.
    package static let all: [Key] = [
        Key(
            name: "$schema", shape: .text, place: .header,
            summary: "The JSON Schema of this format, for editors; not read."),
        Key(name: "name", shape: .text, place: .node, summary: "The node's name; at the top, the program's."),
        Key(
            name: "title", shape: .text, place: .node,
            summary: "What people see in place of the name, in panes and on the page; no prompt has it."),
        Key(name: "description", shape: .text, place: .header, summary: "What the program is for."),
        Key(
            name: "lm", shape: .model, place: .node,
            summary: "The model: `provider/model`, a name from `lms`, or an object with `model` and options."),
        Key(name: "lms", shape: .map(.model), place: .header, summary: "Models by name, for `lm` to refer to."),
        Key(
            name: "adapter", shape: .adapter, place: .node,
            summary: "How prompts are written: `chat`, `json`, `xml`, `baml` or `two_step`."),
        Key(name: "settings", shape: .settings, place: .header, summary: "DSPy's settings by DSPy's names."),
        Key(
            name: "config", shape: .object, place: .node,
            summary: "LM keyword arguments of every call below (`temperature`, `max_tokens`, …)."),
        Key(
            name: "types", shape: .map(.type), place: .header,
            summary: "Named types: an object is a record, an array an enum."),
        Key(
            name: "tools", shape: .map(.tool), place: .header,
            summary: "Tools that modules and `tool` nodes may call, by name."),
        Key(
            name: "module", shape: .oneOf(ModuleKind.names + AttemptsKind.names), place: .node,
            summary: "The module of signatures here and below (`Predict`, `ChainOfThought`, `ReAct`, …), or of `of`."),
        Key(name: "signature", shape: .signature, place: .kind, summary: "One module call: DSPy's signature string."),
        Key(
            "instructions", .any([.text, .list(.text), .file]), beside: ["signature"],
            "The task in words: a string, an array of lines, or `{\"file\": path}`."),
        Key(
            "fields", .map(.any([.text, .fieldDetails])), beside: ["signature"],
            "Descriptions and constraints by field."),
        Key("defaults", .object, beside: ["signature"], "Values of fields that are missing."),
        Key(
            "demos", .any([.list(.object), .text]), beside: ["signature"],
            "Examples: an array of objects, or the path of a .jsonl file."),
        Key(
            "knn",
            .record([("k", .whole(SpecBounds.neighbours)), ("embedder", .modelName)], required: ["k", "embedder"]),
            beside: ["signature"],
            "Shows only the nearest `demos`: how many (`k`), and the model that compares (`embedder`)."),
        Key(
            "use", .list(.text), beside: ["signature"],
            "The names of the tools that the module may call; all by default."),
        Key("max_iters", .whole(SpecBounds.rounds), beside: ["signature"], "How many rounds an agent may take."),
        Key(
            "M", .whole(SpecBounds.comparisons), beside: ["signature"],
            "How many attempts `MultiChainComparison` compares."),
        Key(name: "steps", shape: .list(.node, atLeast: 1), place: .kind, summary: "Nodes one after another."),
        Key(
            name: "parallel", shape: .any([.list(.node, atLeast: 1), .map(.node, atLeast: 1)]), place: .kind,
            summary: "Nodes at the same time: an array merges their outputs, an object keeps them by name."),
        Key(
            name: "switch", shape: .text, place: .kind,
            summary: "A branch by the value of a field, an enum, Literal or bool."),
        Key("cases", .map(.node, atLeast: 1), beside: ["switch"], "The node for each value of `switch`."),
        Key(name: "if", shape: .text, place: .kind, summary: "A branch by an expression."),
        Key("then", .node, beside: ["if"], "The node that runs when `if` holds."),
        Key("else", .node, beside: ["switch", "if"], "The node that runs otherwise."),
        Key(name: "for_each", shape: .text, place: .kind, summary: "A node for every item of a list: the list's path."),
        Key("as", .text, beside: ["for_each", "tool"], "The name of the item, or of a tool's result."),
        Key("do", .node, beside: ["for_each"], "The node that runs for every item."),
        Key(
            "collect", .any([.text, .map(.text)]), beside: ["for_each"],
            "What is kept of every item: an output's name, or `{name: path}`; by default the whole prediction."),
        Key(
            "concurrency", .whole(SpecBounds.concurrency), beside: ["for_each"], "How many items at once; 8 by default."
        ),
        Key(
            "on_error", .oneOf(ForEach.ErrorPolicy.allCases.map(\.rawValue)), beside: ["for_each"],
            "What becomes of an item that fails: `fail`, `skip` or `null`."),
        Key(
            name: "loop", shape: .node, place: .kind,
            summary: "A node again and again, each round with what the one before gave."),
        Key("until", .text, beside: ["loop"], "The expression that ends the loop, asked after each round."),
        Key("while", .text, beside: ["loop"], "The expression that keeps the loop going, asked after each round."),
        Key("max", .whole(SpecBounds.rounds), beside: ["loop"], "The most rounds."),
        Key("start", .object, beside: ["loop"], "Values of the first round, which later rounds may replace."),
        Key(
            "gather",
            .map(.any([.text, .record([("from", .text), ("unique", .bool)], required: ["from"])])), beside: ["loop"],
            "Lists that grow by what each round gives: name to path, or to `{\"from\": path, \"unique\": true}`."),
        Key(name: "of", shape: .node, place: .kind, summary: "A node inside `BestOfN`, `Refine` or `Majority`."),
        Key(
            "n", .whole(SpecBounds.generations), beside: ["signature", "of"],
            "How many generations to ask for; beside `of`, how many attempts."),
        Key("field", .text, beside: ["of"], "The output whose values `Majority` counts; the last one by default."),
        Key("threshold", .number, beside: ["of"], "The reward that is good enough to stop."),
        Key("reward", .text, beside: ["of"], "The expression that rates an attempt, over its inputs and outputs."),
        Key(
            name: "tool", shape: .text, place: .kind,
            summary: "A call of a tool that no model decides on: the tool's name."),
        Key(
            "with", .map(.any([.text, .record([("value", .anything)], required: ["value"])])), beside: ["tool"],
            "The arguments of the call: argument to path, or to `{\"value\": …}` for a fixed value."),
        Key(
            name: "program", shape: .text, place: .kind,
            summary: "Another program file, as a path inside this file's folder."),
        Key(
            name: "in", shape: .map(.text), place: .node,
            summary: "Where inputs come from: input name to path (`step.field`, `step`, `field`)."),
        Key(
            name: "timeout", shape: .seconds, place: .node, summary: "How many seconds an attempt of the node may take."
        ),
        Key(
            name: "retry",
            shape: .any([
                .whole(SpecBounds.attempts),
                .record(
                    [("attempts", .whole(SpecBounds.attempts)), ("wait", .numberWithin(SpecBounds.seconds))],
                    required: ["attempts"]),
            ]), place: .node,
            summary: "How often the node is tried again when it fails in a way that may pass."),
        Key(
            name: "fallback", shape: .any([.model, .node]), place: .node,
            summary: "The model, or the node, that answers when the node fails."),
        Key(
            name: "state", shape: .text, place: .header, summary: "A file written by `program.save`.",
            isAvailable: false),
        Key(
            name: "outputs", shape: .any([.list(.text, atLeast: 1), .map(.text, atLeast: 1)]), place: .header,
            summary: "What the program returns: names, or name to path."),
        Key(
            name: "tests",
            shape: .list(.record([("inputs", .object), ("expect", .text)], required: ["inputs", "expect"])),
            place: .header, summary: "Inputs with what to expect of their outputs."),
    ]

    /// The key of a name.
    package static func key(_ name: String) -> Key? { byName[name] }

    /// Names that say what a node is.
    static let kinds = all.filter { $0.place == .kind }.map(\.name)

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

extension SpecKeys.Key {
    /// A key that stands beside some kinds.
    fileprivate init(_ name: String, _ shape: SpecKeys.Shape, beside kinds: [String], _ summary: String) {
        self.init(name: name, shape: shape, place: .companion, summary: summary, kinds: kinds)
    }
}
