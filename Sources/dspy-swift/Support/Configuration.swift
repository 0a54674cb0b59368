import Console
import OrderedJSON

/// What configuration files say: `./dspy-swift.json`, then `$XDG_CONFIG_HOME/dspy-swift/config.json`.
struct Configuration {
    /// The model of programs that name none.
    var lm: String?
    /// The address of an OpenAI-compatible server.
    var apiBase: String?
    /// The adapter of programs that name none.
    var adapter: String?
    /// Seconds that one LM call may take.
    var timeout: Double?
    /// Extra attempts of a failed call.
    var retries: Int?
    /// Whether answers are kept for the next time.
    var cache: Bool?

    /// The files that are read, nearest first.
    static var paths: [String] {
        let home = Environment.value("XDG_CONFIG_HOME") ?? Environment.value("HOME").map { $0 + "/.config" }
        return ["dspy-swift.json"] + (home.map { [$0 + "/dspy-swift/config.json"] } ?? [])
    }

    /// Reads the files that exist; a nearer one comes first, key by key.
    static func read() throws -> Configuration {
        var configuration = Configuration()
        for path in paths where FileReading.isRegularFile(path) {
            try configuration.fill(from: path)
        }
        return configuration
    }

    private mutating func fill(from path: String) throws {
        let json: JSON
        do {
            json = try JSON(parsing: try FileReading.bytes(at: path, limit: 1 << 20), options: .jsonc)
        } catch let error as JSONError {
            throw Failure(.data, "\(path):\(error)")
        }
        guard let object = json.object else { throw Failure(.data, "\(path): the configuration is an object") }
        for (key, value) in object {
            switch (key, value) {
            case ("lm", .string(let text)): lm = lm ?? text
            case ("api_base", .string(let text)): apiBase = apiBase ?? text
            case ("adapter", .string(let text)): adapter = adapter ?? text
            case ("timeout", _) where value.number != nil: timeout = timeout ?? value.number
            case ("retries", .int(let number)) where number >= 0: retries = retries ?? number
            case ("cache", .bool(let isOn)): cache = cache ?? isOn
            case ("lm", _), ("api_base", _), ("adapter", _), ("timeout", _), ("retries", _), ("cache", _):
                throw Failure(.data, "\(path): `\(key)` may not be \(value.kindName)")
            default:
                let known = ["lm", "api_base", "adapter", "timeout", "retries", "cache"]
                throw Failure(.data, "\(path): unknown key `\(key)`" + Suggestion.hint(for: key, among: known))
            }
        }
    }
}
