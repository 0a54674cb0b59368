import OrderedJSON

/// What a mock model server reads from a request.
struct MockPrompt {
    /// How the answer is to be written.
    enum Form { case chat, json, xml }

    /// What stands under the first input of the last message; `?` when there is none.
    let question: String
    /// The question with the words that other parts of the prompt stand for.
    let wish: String
    /// The output fields that are asked for.
    let fields: [String]
    /// How they are to be written.
    let form: Form
    /// The model's name.
    let model: String
    /// Whether the answer is to be streamed.
    let streams: Bool
    /// Whether a stream is to end with token counts.
    let wantsUsage: Bool

    /// Reads a body.
    ///
    /// - Parameter words: What is read as if the question had that word at its end, by a text of any message.
    init(_ body: [UInt8], words: [(text: String, word: String)] = []) {
        let json = try? JSON(parsing: body)
        let contents = (json?["messages"]?.array ?? []).map { $0["content"]?.string ?? "" }
        let lines = (contents.last ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        let hasInput = lines.count > 1 && (lines[0].hasPrefix("[[ ## ") || lines[0].hasPrefix("<"))
        question = hasInput ? String(lines[1]) : "?"
        wish = words.filter { word in contents.contains { $0.contains(word.text) } }
            .reduce(question) { "\($0) \($1.word)" }
        model = json?["model"]?.string ?? "any"
        streams = json?["stream"] == .bool(true)
        wantsUsage = json?["stream_options"]?["include_usage"] == .bool(true)
        let order = lines.last { $0.hasPrefix("Respond with ") } ?? ""
        let found: [String]
        if order.hasPrefix("Respond with a JSON object") {
            form = .json
            found = Self.names(in: order, "`", "`")
        } else if order.hasPrefix("Respond with the corresponding output fields wrapped in XML") {
            form = .xml
            found = Self.names(in: order, "<", ">")
        } else {
            form = .chat
            found = Self.names(in: order, "[[ ## ", " ## ]]").filter { $0 != "completed" }
        }
        fields = found.isEmpty ? ["a"] : found
    }

    private static func names(in text: Substring, _ start: String, _ end: String) -> [String] {
        var names: [String] = []
        var rest = Array(text.utf8)[...]
        while let open = rest.firstRange(of: Array(start.utf8)),
            let close = rest[open.upperBound...].firstRange(of: Array(end.utf8))
        {
            names.append(String(decoding: rest[open.upperBound..<close.lowerBound], as: UTF8.self))
            rest = rest[close.upperBound...]
        }
        return names
    }

    /// The text of an answer with these values.
    func text(_ value: (String) -> String) -> String {
        switch form {
        case .chat:
            return fields.map { "[[ ## \($0) ## ]]\n\(value($0))\n\n" }.joined() + "[[ ## completed ## ]]\n"
        case .xml: return fields.map { "<\($0)>\n\(value($0))\n</\($0)>\n" }.joined()
        case .json:
            let members = fields.map { (key: $0, value: JSON.string(value($0))) }
            return JSON.object(JSONObject(members)).text(.python)
        }
    }
}
