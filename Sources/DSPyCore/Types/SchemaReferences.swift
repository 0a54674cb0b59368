package import OrderedJSON

/// Replaces the references of a JSON schema by what they name, as tools show theirs.
///
/// A reference inside its own definition becomes "anything" (`{}`). Where references multiply, all of them end at the same
/// level, the deepest one at which the whole stays small: a schema of a few lines may otherwise stand for gigabytes, and
/// all of it goes into a prompt. What is cut takes any value, so no value is refused for it.
///
/// - Source: dspy/adapters/types/tool.py (3.4.1), `_resolve_json_schema_reference`, which never ends on a circle.
package struct SchemaReferences {
    /// How many values references may add to a schema without circles: more than any that people write.
    private static let plainLimit = 20_000
    /// How many they may add to one with circles, of which there is no whole to show.
    private static let circularLimit = 400
    /// How deep a value may stand where a reference in it is still followed.
    private static let depthLimit = 64

    private let definitions: JSONObject
    private let levels: Int
    private var limit: Int
    private var count = 0
    private var open: [String] = []
    private var meetsCircle = false

    private init(_ definitions: JSONObject, levels: Int, own: Int? = nil) {
        self.definitions = definitions
        self.levels = levels
        limit = own.map { $0 + Self.plainLimit } ?? .max
    }

    /// The schema without references, small and in little time whatever it stands for.
    ///
    /// - Parameter definitions: What the last part of a reference's path names.
    package static func resolved(_ schema: JSON, _ definitions: JSONObject) -> JSON {
        var bare = SchemaReferences(definitions, levels: 0)
        let cut = bare.resolved(schema, depth: 0)
        for levels in [32, 16, 8, 6, 5, 4, 3, 2, 1] {
            var attempt = SchemaReferences(definitions, levels: levels, own: bare.count)
            let whole = attempt.resolved(schema, depth: 0)
            if attempt.count <= attempt.limit { return whole }
        }
        return cut
    }

    private mutating func resolved(_ json: JSON, depth: Int) -> JSON {
        count += 1
        guard count <= limit else { return [:] }
        switch json {
        case .object(let object):
            if let path = object["$ref"]?.string { return target(of: path, depth) }
            var members: [(key: String, value: JSON)] = []
            for (key, value) in object { members.append((key, resolved(value, depth: depth + 1))) }
            return .object(JSONObject(members))
        case .array(let items): return .array(items.map { resolved($0, depth: depth + 1) })
        default: return json
        }
    }

    private mutating func target(of path: String, _ depth: Int) -> JSON {
        let name = PythonString.split(path, at: "/").last ?? path
        guard let definition = definitions[name] else { return [:] }
        guard !open.contains(name) else {
            if !meetsCircle {
                meetsCircle = true
                if limit != .max { limit -= Self.plainLimit - Self.circularLimit }
            }
            return [:]
        }
        guard open.count < levels, depth < Self.depthLimit else { return [:] }
        open.append(name)
        defer { open.removeLast() }
        return resolved(definition, depth: depth + 1)
    }
}
