import DSPyCore
import DSPySpec
import OrderedJSON

/// Reads the rows of a batch: a JSON array, or a JSON value on each line.
///
/// A row is looked at when its turn has come: of a large body little is held at a time beside the body.
struct BatchBody: Sendable {
    /// A row that nobody has looked at.
    enum Source: Sendable {
        case line(ArraySlice<UInt8>)
        case value(JSON)
    }

    /// One row: its inputs, or what is wrong with it.
    struct Row: Sendable {
        /// What the row calls itself.
        let id: JSON?
        let inputs: Result<ValueDict, RowFault>
    }

    /// What is wrong with a row.
    struct RowFault: Error, Sendable {
        let code: String
        let message: String
    }

    let body: PredictBody

    /// All rows.
    ///
    /// - Throws: `BodyFaults` for an array that is none; lines fail one by one.
    func sources(_ bytes: [UInt8], areLines: Bool) throws(BodyFaults) -> [Source] {
        if areLines { return bytes.split(separator: 0x0A).filter { !Self.isBlank($0) }.map { .line($0) } }
        if bytes.isEmpty { throw JSONBody.missing }
        let json = try JSONBody.read(bytes)
        guard let array = json.array else {
            throw BodyFaults([
                BodyFault(
                    type: "list_type", place: ["body"],
                    message: "Input should be an array of rows, found \(json.kindName)",
                    input: json, code: ErrorCode.typeMismatch.rawValue)
            ])
        }
        return array.map { .value($0) }
    }

    private static func isBlank(_ line: ArraySlice<UInt8>) -> Bool {
        line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    }

    /// The row of a source.
    func row(_ source: Source) -> Row {
        switch source {
        case .line(let bytes): line(bytes)
        case .value(let json): row(json)
        }
    }

    private func line(_ bytes: ArraySlice<UInt8>) -> Row {
        do throws(JSONError) { return row(try JSON(parsing: Array(bytes), options: JSONBody.options)) } catch {
            let fault = RowFault(code: ErrorCode.badLine.rawValue, message: "the line is no JSON: \(error)")
            return Row(id: nil, inputs: .failure(fault))
        }
    }

    private func row(_ json: JSON) -> Row {
        var json = json
        var id: JSON?
        if var object = json.object, let given = object["id"], !body.ports.contains(where: { $0.name == "id" }) {
            id = given.isFinite ? given : .null
            object["id"] = nil
            json = .object(object)
        }
        do throws(BodyFaults) {
            return Row(id: id, inputs: .success(try body.inputs(of: json)))
        } catch {
            return Row(id: id, inputs: .failure(RowFault(code: error.code, message: error.message)))
        }
    }
}
