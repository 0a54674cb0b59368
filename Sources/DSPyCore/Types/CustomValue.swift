import OrderedJSON

/// A value of one of DSPy's own types.
///
/// - Source: dspy/adapters/types (3.4.1).
public enum CustomValue: Sendable, Hashable {
    /// `dspy.Image`: a URL or data URI.
    case image(url: String)
    /// `dspy.Audio`: base64 data and its format (`wav`).
    case audio(data: String, format: String)
    /// `dspy.File`: a data URI, an uploaded file's id, a name; at least one of them.
    case file(data: String?, id: String?, name: String?)
    /// `dspy.History`: earlier turns, each a dict of the signature's fields.
    case history([ValueDict])
    /// `dspy.Code`.
    case code(String, language: String?)
    /// `dspy.Reasoning`, which acts as the str it holds.
    case reasoning(String)
    /// `dspy.Tool`: what a model must know of it.
    case tool(ToolDescription)
    /// `dspy.ToolCalls`.
    case toolCalls(ToolCalls)

    static let markerStart = "<<CUSTOM-TYPE-START-IDENTIFIER>>"
    static let markerEnd = "<<CUSTOM-TYPE-END-IDENTIFIER>>"

    /// What `model_dump` makes of the value: a str (content parts stand inside markers) or a dict.
    var dumped: Value {
        switch self {
        case .image(let url):
            Self.marked(["type": "image_url", "image_url": ["url": .string(url)]])
        case .audio(let data, let format):
            Self.marked(["type": "input_audio", "input_audio": ["data": .string(data), "format": .string(format)]])
        case .file(let data, let id, let name):
            Self.marked(["type": "file", "file": .object(Self.fileObject(data: data, id: id, name: name))])
        case .history(let messages):
            .dict(["messages": .list(messages.map { .dict($0) })])
        case .code(let code, _): .string(code)
        case .reasoning(let text): .string(text)
        case .tool(let tool): .string(tool.pythonString)
        case .toolCalls(let calls): calls.dumped
        }
    }

    private static func marked(_ part: JSON) -> Value {
        .string(markerStart + JSON.array([part]).text(.python) + markerEnd)
    }

    private static func fileObject(data: String?, id: String?, name: String?) -> JSONObject {
        var object = JSONObject()
        for (key, text) in [("file_data", data), ("file_id", id), ("filename", name)] {
            if let text, !text.isEmpty { object[key] = .string(text) }
        }
        return object
    }

    var pythonString: String {
        switch self {
        case .image, .audio, .file: dumped.pythonString
        case .reasoning(let text): text
        case .code(let code, _): "code=\(PythonText.repr(code))"
        case .history(let messages): "messages=\(Value.list(messages.map { .dict($0) }).pythonRepr)"
        case .tool(let tool): tool.pythonString
        case .toolCalls(let calls): calls.fieldList(separator: " ")
        }
    }

    var pythonRepr: String {
        switch self {
        case .image(let url): Self.imageRepr(url)
        case .audio(let data, let format):
            "Audio(data=<AUDIO_BASE_64_ENCODED(\(data.unicodeScalars.count))>, audio_format='\(format)')"
        case .file(let data, let id, let name): Self.fileRepr(data: data, id: id, name: name)
        case .reasoning(let text): PythonText.repr(text)
        case .code(_, let language): "\(CustomType.code(language: language).className)(\(pythonString))"
        case .history: "History(\(pythonString))"
        case .tool(let tool): tool.pythonString
        case .toolCalls(let calls): "ToolCalls(\(calls.fieldList(separator: ", ")))"
        }
    }

    private static func imageRepr(_ url: String) -> String {
        guard PythonString.contains(url, "base64"),
            let data = PythonString.pieces(of: url, around: "base64,").dropFirst().first
        else { return "Image(url='\(url)')" }
        let head = PythonString.split(url, at: ";").first ?? ""
        let kind = PythonString.split(head, at: "/").last ?? ""
        return "Image(url=data:image/\(kind);base64,<IMAGE_BASE_64_ENCODED(\(data.unicodeScalars.count))>)"
    }

    private static func fileRepr(data: String?, id: String?, name: String?) -> String {
        var parts: [String] = []
        if let data {
            if PythonString.hasPrefix(data, "data:") {
                let head = PythonString.split(data, at: ";").first ?? ""
                let mime = PythonString.split(head, at: ":").dropFirst().first ?? ""
                let body = PythonString.pieces(of: data, around: "base64,")
                let length = (body.count > 1 ? body[1] : data).unicodeScalars.count
                parts.append("file_data=<DATA_URI(\(mime), \(length) chars)>")
            } else {
                parts.append("file_data=<DATA(\(data.unicodeScalars.count) chars)>")
            }
        }
        if let id { parts.append("file_id='\(id)'") }
        if let name { parts.append("filename='\(name)'") }
        return "File(\(parts.joined(separator: ", ")))"
    }
}
