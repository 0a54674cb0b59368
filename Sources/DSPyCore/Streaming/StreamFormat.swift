/// The format of answers, as far as streaming goes.
public enum StreamFormat: Sendable, Hashable {
    /// Sections under `[[ ## name ## ]]` headers.
    case chat
    /// One JSON object.
    case json
    /// One XML element for each field.
    case xml
    /// Another one: fields come whole, once the answer is complete.
    case whole

    /// An extractor of output fields; nil where nothing can be told before the end.
    func extractor(of outputs: [Field]) -> (any FieldExtractor)? {
        switch self {
        case .chat: ChatExtractor(outputs)
        case .json: JSONExtractor(outputs)
        case .xml: XMLExtractor(outputs)
        case .whole: nil
        }
    }
}
