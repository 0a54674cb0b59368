/// The keys of a program file: one table that the reader, `fmt`, the JSON Schema and the documentation share.
package enum SpecKeys {
    /// Where a key may stand.
    package enum Place: Sendable {
        /// Only at the top of the file.
        case header
        /// On any node.
        case node
        /// On a node with `signature`.
        case signature
        /// The one key that says what a node is.
        case kind
    }

    /// One key.
    package struct Key: Sendable {
        /// Its name.
        package let name: String
        /// Where it may stand.
        package let place: Place
        /// What it is for, in one sentence.
        package let summary: String
        /// Whether this version runs it.
        package var isAvailable = true
    }

    /// All keys in canonical order.
    package static let all: [Key] = [
        Key(name: "$schema", place: .header, summary: "The JSON Schema of this format, for editors; not read."),
        Key(name: "name", place: .node, summary: "The node's name; at the top, the program's."),
        Key(name: "description", place: .header, summary: "What the program is for."),
        Key(
            name: "lm", place: .node,
            summary: "The model: `provider/model`, a name from `lms`, or an object with `model` and options."),
        Key(name: "lms", place: .header, summary: "Models by name, for `lm` to refer to."),
        Key(
            name: "adapter", place: .node,
            summary: "How prompts are written: `chat`, `json`, `xml`, `baml` or `two_step`."),
        Key(name: "settings", place: .header, summary: "DSPy's settings by DSPy's names."),
        Key(
            name: "config", place: .node,
            summary: "LM keyword arguments of every call below (`temperature`, `max_tokens`, …)."),
        Key(name: "types", place: .header, summary: "Named types: an object is a record, an array an enum."),
        Key(name: "tools", place: .header, summary: "Tools that modules may call.", isAvailable: false),
        Key(
            name: "module", place: .node,
            summary: "The module of signatures here and below: `Predict` or `ChainOfThought`."),
        Key(name: "signature", place: .kind, summary: "One module call: DSPy's signature string."),
        Key(
            name: "instructions", place: .signature,
            summary: "The task in words: a string, an array of lines, or `{\"file\": path}`."),
        Key(name: "fields", place: .signature, summary: "Descriptions and constraints by field."),
        Key(name: "defaults", place: .signature, summary: "Values of fields that are missing."),
        Key(name: "demos", place: .signature, summary: "Examples: an array of objects, or the path of a .jsonl file."),
        Key(name: "use", place: .signature, summary: "The tools a module may call.", isAvailable: false),
        Key(name: "max_iters", place: .signature, summary: "How often an agent may act.", isAvailable: false),
        Key(name: "n", place: .signature, summary: "How many generations to ask for."),
        Key(name: "M", place: .signature, summary: "How many attempts to compare.", isAvailable: false),
        Key(name: "steps", place: .kind, summary: "Nodes one after another."),
        Key(
            name: "parallel", place: .kind,
            summary: "Nodes at the same time: an array merges their outputs, an object keeps them by name."),
        Key(name: "switch", place: .kind, summary: "A branch by the value of a field.", isAvailable: false),
        Key(name: "cases", place: .node, summary: "The branches of `switch`.", isAvailable: false),
        Key(name: "if", place: .kind, summary: "A branch by an expression.", isAvailable: false),
        Key(name: "then", place: .node, summary: "The node to run when `if` holds.", isAvailable: false),
        Key(name: "else", place: .node, summary: "The node to run otherwise.", isAvailable: false),
        Key(name: "for_each", place: .kind, summary: "A node for every item of a list.", isAvailable: false),
        Key(name: "as", place: .node, summary: "The name of an item or result.", isAvailable: false),
        Key(name: "do", place: .node, summary: "The node to run for every item.", isAvailable: false),
        Key(name: "collect", place: .node, summary: "What to keep of every item.", isAvailable: false),
        Key(name: "concurrency", place: .node, summary: "How many items at once.", isAvailable: false),
        Key(name: "on_error", place: .node, summary: "What to do when an item fails.", isAvailable: false),
        Key(name: "loop", place: .kind, summary: "A node again and again.", isAvailable: false),
        Key(name: "until", place: .node, summary: "When a loop ends.", isAvailable: false),
        Key(name: "while", place: .node, summary: "How long a loop goes on.", isAvailable: false),
        Key(name: "max", place: .node, summary: "How often a loop may run.", isAvailable: false),
        Key(name: "of", place: .kind, summary: "A node inside `BestOfN` or `Refine`.", isAvailable: false),
        Key(name: "threshold", place: .node, summary: "The reward that is good enough.", isAvailable: false),
        Key(name: "reward", place: .node, summary: "The expression that rates an attempt.", isAvailable: false),
        Key(name: "tool", place: .kind, summary: "A tool call without a model.", isAvailable: false),
        Key(name: "with", place: .node, summary: "The arguments of a tool call.", isAvailable: false),
        Key(name: "program", place: .kind, summary: "Another program file, as a path inside this file's folder."),
        Key(
            name: "in", place: .node,
            summary: "Where inputs come from: input name to path (`step.field`, `step`, `field`)."),
        Key(name: "timeout", place: .node, summary: "How long a node may take.", isAvailable: false),
        Key(name: "retry", place: .node, summary: "How often a node is tried again.", isAvailable: false),
        Key(name: "fallback", place: .node, summary: "What runs when a node fails.", isAvailable: false),
        Key(name: "state", place: .header, summary: "A file written by `program.save`.", isAvailable: false),
        Key(name: "outputs", place: .header, summary: "What the program returns: names, or name to path."),
        Key(name: "tests", place: .header, summary: "Inputs with what to expect of their outputs."),
    ]

    /// The key of a name.
    package static func key(_ name: String) -> Key? { byName[name] }

    /// Names that say what a node is.
    static let kinds = all.filter { $0.place == .kind }.map(\.name)

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
