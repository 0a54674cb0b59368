/// One of DSPy's own types.
///
/// - Source: dspy/adapters/types (3.4.1).
public enum CustomType: Sendable, Hashable {
    /// `dspy.Image`.
    case image
    /// `dspy.Audio`.
    case audio
    /// `dspy.File`.
    case file
    /// `dspy.History`.
    case history
    /// `dspy.Tool`.
    case tool
    /// `dspy.ToolCalls`.
    case toolCalls
    /// `dspy.Code`, or `dspy.Code["java"]`.
    case code(language: String?)
    /// `dspy.Reasoning`.
    case reasoning

    /// The attribute of the module `dspy` that names it.
    init?(attribute: String) {
        switch attribute {
        case "Image": self = .image
        case "Audio": self = .audio
        case "File": self = .file
        case "History": self = .history
        case "Tool": self = .tool
        case "ToolCalls": self = .toolCalls
        case "Code": self = .code(language: nil)
        case "Reasoning": self = .reasoning
        default: return nil
        }
    }

    /// The attributes of the module `dspy` that name a type.
    static let attributes = ["Image", "Audio", "File", "History", "Tool", "ToolCalls", "Code", "Reasoning"]

    /// The Python class's name.
    var className: String {
        switch self {
        case .image: "Image"
        case .audio: "Audio"
        case .file: "File"
        case .history: "History"
        case .tool: "Tool"
        case .toolCalls: "ToolCalls"
        case .code(let language): language.map(Self.codeName) ?? "Code"
        case .reasoning: "Reasoning"
        }
    }

    /// The class name of `dspy.Code[language]`.
    static func codeName(_ language: String) -> String { "Code_\(language)" }

    /// What DSPy tells the model about the type; empty for most.
    var description: String {
        switch self {
        case .toolCalls: ToolCalls.description
        case .code(let language): Self.codeDescription(language)
        default: ""
        }
    }

    private static func codeDescription(_ language: String?) -> String {
        let shown = language ?? "python"
        return "Code represented in a string, specified in the `code` field. If this is an output field, the code "
            + "field should follow the markdown code block format, e.g. \n```\(shown.lowercased())\n{code}\n```"
            + "\nProgramming language: \(shown)"
    }
}
