/// Everything of a request before its body, as the client wrote it.
package struct RequestHead: Sendable, Hashable {
    /// A header; the name in small letters, the value without white space around it.
    package struct Field: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// `GET`, `POST`.
    package var method: String
    /// The target as it was sent: `/qa/predict?x=1`.
    package var target: String
    /// `HTTP/1.1`.
    package var version: String
    /// All headers, in order.
    package var fields: [Field]
    /// How many bytes the whole head takes; 0 where nobody counted.
    var size = 0
    /// Whether bytes of it stand in none of its parts.
    var hidesSomething = false

    package init(method: String, target: String, version: String = "HTTP/1.1", fields: [Field] = []) {
        self.method = method
        self.target = target
        self.version = version
        self.fields = fields
    }

    /// The value of the first header of a name, which is given in small letters.
    package subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// How many headers have a name, which is given in small letters.
    package func count(of name: String) -> Int { fields.count { $0.name == name } }

    /// The target up to its question mark, as it was sent.
    var rawPath: Substring { target.prefix { $0 != "?" } }

    /// The path, decoded once; nil where that gives no text.
    package var path: String? {
        let raw = rawPath
        guard raw.utf8.contains(UInt8(ascii: "%")) else { return String(raw) }
        return PercentCode.decoded(raw).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// The value of a key of the query, decoded; nil without the key, empty where it has no value.
    package func query(_ key: String) -> String? {
        guard let mark = target.firstIndex(of: "?") else { return nil }
        for pair in target[target.index(after: mark)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard PercentCode.text(parts[0]) == key else { continue }
            return parts.count == 2 ? PercentCode.text(parts[1]) : ""
        }
        return nil
    }

    /// Whether a body follows.
    package var announcesBody: Bool {
        if self["transfer-encoding"] != nil { return true }
        return (self["content-length"].flatMap { UInt64($0) } ?? 0) > 0
    }
}
