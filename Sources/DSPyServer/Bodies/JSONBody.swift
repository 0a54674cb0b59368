import DSPyCore
import OrderedJSON

/// Reads the JSON of a body.
enum JSONBody {
    /// As the contract has it: UTF-8, one value, at most 96 deep, no `NaN`; the last of two equal keys counts.
    static let options = JSONReadingOptions(maximumDepth: 96)

    /// The value.
    ///
    /// - Throws: `BodyFaults` with the place in characters.
    static func read(_ bytes: [UInt8]) throws(BodyFaults) -> JSON {
        do throws(JSONError) { return try JSON(parsing: bytes, options: options) } catch {
            let place = String(decoding: bytes.prefix(max(0, error.position.offset)), as: UTF8.self).unicodeScalars
                .count
            throw BodyFaults([
                BodyFault(
                    type: "json_invalid", place: ["body", .int(place)], message: "JSON decode error", input: [:],
                    error: error.message, code: ServerCode.badJSON.rawValue)
            ])
        }
    }

    /// That there is no body.
    static var missing: BodyFaults {
        BodyFaults([
            BodyFault(
                type: "missing", place: ["body"], message: "Field required", input: .null,
                code: ErrorCode.missingInput.rawValue)
        ])
    }
}
