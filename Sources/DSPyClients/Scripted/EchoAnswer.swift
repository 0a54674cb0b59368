import Basics
import DSPyCore
import OrderedJSON

/// An answer made from the request alone: it fits the adapter's format and each field's type, and its strings repeat the
/// inputs.
struct EchoAnswer {
    /// The answer.
    let text: String

    /// Makes the answer to a request.
    init(to request: LMRequest) {
        let system = request.messages.first { $0.role == "system" || $0.role == "developer" }?.allText ?? ""
        let user = request.messages.last { $0.role == "user" }?.allText ?? ""
        let inputs = Self.inputs(of: user)
        let echo = (inputs.first?.value ?? user).shortened(to: 200)
        if let schema = request.options["response_format"]?["json_schema"]?["schema"] {
            text = EchoValue(schema: schema, echo: echo).value.text(.python)
            return
        }
        let isJSON = user.contains("Respond with a JSON object")
        let fields = PromptField.outputs(of: system)
        let values = fields.map { ($0.name, $0.value(echo: echo, isQuoted: isJSON, in: system)) }
        if fields.isEmpty {
            text = echo
        } else if isJSON {
            text = JSON.object(JSONObject(values.map { (key: $0.0, value: $0.1) })).text(.python)
        } else if user.contains("wrapped in XML tags") {
            text = values.map { "<\($0.0)>\n\(Self.plain($0.1))\n</\($0.0)>" }.joined(separator: "\n\n")
        } else {
            let sections = values.map { "[[ ## \($0.0) ## ]]\n\(Self.plain($0.1))" } + ["[[ ## completed ## ]]"]
            text = sections.joined(separator: "\n\n")
        }
    }

    private static func plain(_ value: JSON) -> String {
        switch value {
        case .string(let text): text
        case .bool(let flag): flag ? "True" : "False"
        case .null: "None"
        default: value.text(.python)
        }
    }

    /// The input sections of the last user message, as Chat, JSON and XML adapters write them.
    static func inputs(of message: String) -> [(name: String, value: String)] {
        var inputs: [(name: String, value: String)] = []
        var isOpen = false
        for line in message.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("Respond with ") { break }
            if line.hasPrefix("[[ ## "), line.hasSuffix(" ## ]]") {
                inputs.append((String(line.dropFirst(6).dropLast(6)), ""))
                isOpen = true
            } else if line.hasPrefix("</") {
                isOpen = false
            } else if line.hasPrefix("<"), line.hasSuffix(">"), !isOpen {
                inputs.append((String(line.dropFirst().dropLast()), ""))
                isOpen = true
            } else if isOpen, let last = inputs.indices.last {
                inputs[last].value += (inputs[last].value.isEmpty ? "" : "\n") + line
            }
        }
        return inputs.map { ($0.name, String($0.value.trimmed)) }.filter { !$0.value.isEmpty }
    }
}
