import DSPyCore
import OrderedJSON

/// A place inside a JSON value: keys and positions joined by dots (`items.0.name`).
struct JSONPath: Sendable, Hashable {
    private let steps: [String]

    /// Reads a path.
    ///
    /// - Throws: `ToolDefinitionError` (`select`) for an empty step.
    init(_ text: String) throws(ToolDefinitionError) {
        steps = PythonString.split(text, at: ".")
        guard steps.allSatisfy({ !$0.isEmpty }) else {
            throw ToolDefinitionError("select", "\"\(text)\" has an empty step; write current.temp_c or items.0.name")
        }
    }

    /// The value at the place.
    ///
    /// - Throws: `ToolError` (`KeyError`, `IndexError`) that says what is there instead.
    func value(in json: JSON) throws(ToolError) -> JSON {
        var here = json
        for (place, step) in steps.enumerated() {
            let way = place == 0 ? "the answer" : "\"\(steps[..<place].joined(separator: "."))\" of the answer"
            switch here {
            case .object(let object):
                guard let next = object[step] else {
                    let keys = object.keys.prefix(20).joined(separator: ", ")
                    throw ToolError("KeyError", "\(way) has no \"\(step)\"; it has \(keys.isEmpty ? "nothing" : keys)")
                }
                here = next
            case .array(let items):
                guard let index = Int(step), items.indices.contains(index) else {
                    throw ToolError("IndexError", "\(way) is a list of \(items.count) items without a \"\(step)\"")
                }
                here = items[index]
            default:
                throw ToolError("KeyError", "\(way) is \(here.kindName), so there is no \"\(step)\" in it")
            }
        }
        return here
    }
}
