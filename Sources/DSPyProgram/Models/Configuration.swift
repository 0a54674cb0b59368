import Platform
import Basics
package import DSPyClients
package import DSPyTools
import OrderedJSON

/// What configuration files say: `./dspy-swift.json`, then `$XDG_CONFIG_HOME/dspy-swift/config.json`.
///
/// The second is the user's own. The first came with the folder, perhaps from a stranger: it allows nothing, and an address
/// in it is a stranger's.
package struct Configuration: Sendable {
    /// The model of programs that name none.
    package var lm: String?
    /// The address of an OpenAI-compatible server that the folder's file names.
    package var folderBase: String?
    /// The address of an OpenAI-compatible server that the user's own file names.
    package var ownBase: String?
    /// What the user's own file lets programs do.
    package var grants = Grants.none
    /// The adapter of programs that name none.
    package var adapter: String?
    /// Seconds that one LM call may take.
    package var timeout: Double?
    /// Extra attempts of a failed call.
    package var retries: Int?
    /// Whether answers are kept for the next time.
    package var cache: Bool?
    /// What models cost.
    package var prices = PriceTable()
    private var priced: Set<String> = []

    /// The folder's file.
    package static let folderPath = "./dspy-swift.json"

    /// The user's own file; nil when nobody knows where it would be.
    package static var ownPath: String? {
        // A relative folder would be one of whoever owns the working folder.
        let folder = Environment.value("XDG_CONFIG_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
        return (folder ?? Environment.value("HOME").flatMap { $0.hasPrefix("/") ? $0 + "/.config" : nil }).map {
            $0 + "/dspy-swift/config.json"
        }
    }

    /// The files that are read, nearest first.
    package static var paths: [String] { [folderPath] + [ownPath].compactMap { $0 } }

    /// Reads the files that exist; a nearer one comes first, key by key.
    package static func read() throws -> Configuration {
        var configuration = Configuration()
        for path in paths where FileReading.exists(path) {
            try configuration.fill(from: path)
        }
        return configuration
    }

    private mutating func fill(from path: String) throws {
        let json: JSON
        do {
            json = try JSON(parsing: try FileReading.bytes(at: path, limit: 1 << 20, isPlain: true), options: .jsonc)
        } catch let error as JSONError {
            throw ProgramError(.data, "\(path):\(error)")
        }
        guard let object = json.object else { throw ProgramError(.data, "\(path): the configuration is an object") }
        for (key, value) in object {
            switch (key, value) {
            case ("lm", .string(let text)): lm = lm ?? text
            case ("api_base", .string(let text)) where path == Self.folderPath: folderBase = text
            case ("api_base", .string(let text)): ownBase = text
            case ("allow", .array(let words)): try allow(words, path)
            case ("adapter", .string(let text)): adapter = adapter ?? text
            case ("timeout", _) where value.number != nil: timeout = timeout ?? value.number
            case ("retries", .int(let number)) where number >= 0: retries = retries ?? number
            case ("cache", .bool(let isOn)): cache = cache ?? isOn
            case ("prices", .object(let models)):
                for (model, price) in models { try setPrice(price, of: model, path) }
            case ("lm", _), ("api_base", _), ("adapter", _), ("timeout", _), ("retries", _), ("cache", _),
                ("prices", _), ("allow", _):
                throw ProgramError(.data, "\(path): `\(key)` may not be \(value.kindName)")
            default:
                let known = ["lm", "api_base", "adapter", "timeout", "retries", "cache", "prices", "allow"]
                throw ProgramError(.data, "\(path): unknown key `\(key)`" + Spelling.hint(for: key, among: known))
            }
        }
    }

    private mutating func allow(_ words: [JSON], _ path: String) throws {
        guard path != Self.folderPath else {
            throw ProgramError(
                .data,
                "\(path): `allow` may stand in your own configuration only"
                    + (Self.ownPath.map { ", \($0)" } ?? "") + "; a folder's file grants nothing")
        }
        for word in words {
            guard let text = word.string else {
                throw ProgramError(.data, "\(path): `allow` is a list of texts such as \"net:HOST\" or \"run:PROGRAM\"")
            }
            do throws(GrantError) { try grants.add(text, place: .everywhere) } catch {
                throw ProgramError(.data, "\(path): `allow`: \(error.message)")
            }
        }
    }

    private mutating func setPrice(_ json: JSON, of model: String, _ path: String) throws {
        func dollars(_ key: String) -> Double? { json[key]?.number.flatMap { $0 >= 0 ? $0 : nil } }
        let unknown = json.object?.members.map(\.key).first { !["input", "output", "cached"].contains($0) }
        guard let input = dollars("input"), let output = dollars("output"), unknown == nil else {
            throw ProgramError(
                .data,
                "\(path): the price of `\(model)` has `input` and `output`, and may have `cached`, in dollars per million "
                    + "tokens")
        }
        // A nearer file comes first.
        guard priced.insert(model).inserted else { return }
        prices.set(ModelPrice(input: input, output: output, cached: dollars("cached")), for: model)
    }
}
