/// A media type as `Content-Type` and `Accept` write it.
struct MediaType: Sendable, Hashable {
    /// `application/json`, in small letters, without parameters.
    let name: String

    init(_ text: String) {
        let end = text.firstIndex(of: ";") ?? text.endIndex
        name = text[..<end].lowercased().filter { $0 != " " && $0 != "\t" }
    }

    /// Whether it is one of these; `application/x+json` is JSON too.
    func isOne(of types: [String]) -> Bool {
        types.contains(name)
            || (types.contains("application/json") && name.hasPrefix("application/") && name.hasSuffix("+json"))
    }

    /// Whether an `Accept` names a type itself, not only by a star.
    static func accepts(_ accept: String?, _ type: String) -> Bool {
        accept?.split(separator: ",").contains { part in
            let isRefused = part.split(separator: ";").dropFirst().contains { parameter in
                let words = parameter.filter { $0 != " " }.lowercased()
                return words.hasPrefix("q=") && Double(words.dropFirst(2)) == 0
            }
            return !isRefused && MediaType(String(part)).name == type
        } ?? false
    }
}
