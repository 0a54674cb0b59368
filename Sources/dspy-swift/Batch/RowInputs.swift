import DSPyCore
import DSPyBatch
import DSPySpec
import OrderedJSON

/// Turns a row's fields into the program's inputs; columns that the program does not take are left aside.
struct RowInputs: Sendable {
    private let ports: [Port]
    /// Whether fields are texts, as in tables and plain lines.
    private let areTexts: Bool

    init(_ program: CheckedProgram, _ format: InputFormat) {
        ports = program.inputs
        areTexts = format.isTable || format == .lines
    }

    /// The inputs.
    ///
    /// - Throws: `RowError`.
    func inputs(_ fields: JSONObject) throws -> ValueDict {
        var inputs = ValueDict()
        for port in ports {
            guard let field = fields[port.name] else {
                if port.isOptional { continue }
                throw RowError(.missingInput, "the row has no `\(port.name)` (\(port.typeName))")
            }
            do throws(ValidationError) {
                if areTexts, case .string(let text) = field {
                    inputs[port.name] = try InputFitting.value(text: text, port)
                } else {
                    inputs[port.name] = try InputFitting.value(field, port)
                }
            } catch {
                throw RowError(.typeMismatch, "the input `\(port.name)` does not fit \(port.typeName): \(error)")
            }
        }
        return inputs
    }
}
