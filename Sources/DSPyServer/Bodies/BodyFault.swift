import HTTPServer
import OrderedJSON

/// One thing that is wrong with a body, as FastAPI says it.
struct BodyFault: Sendable {
    /// The longest `input` that is repeated, in characters of JSON.
    private static let longestInput = 1024

    /// Pydantic's name of the fault.
    let type: String
    /// Where: `body`, then keys and positions.
    let place: [JSON]
    let message: String
    /// What was found; nil to say nothing of it.
    let input: JSON?
    /// More about a text that is no JSON.
    var error: String?
    /// The code of the error table.
    let code: String

    var json: JSON {
        var members: JSONObject = ["type": .string(type), "loc": .array(place), "msg": .string(message)]
        if let input, input.isFinite, input.text().unicodeScalars.count <= Self.longestInput {
            members["input"] = input
        }
        if let error { members["ctx"] = ["error": .string(error)] }
        return .object(members)
    }
}

/// All that is wrong with a body.
struct BodyFaults: Error, Sendable {
    let faults: [BodyFault]

    init(_ faults: [BodyFault]) { self.faults = faults }

    /// `{"detail":[…]}` with 422.
    var answer: Answer {
        var answer = Answer.json(422, ["detail": .array(faults.map(\.json))])
        answer.note = code
        return answer
    }

    /// The code of the first one.
    var code: String { faults.first?.code ?? ServerCode.internal.rawValue }

    /// All of them in one line, as a row of a batch says it.
    var message: String {
        faults.map { fault in
            let place = fault.place.dropFirst().map { $0.string ?? $0.text() }.joined(separator: ".")
            return place.isEmpty ? fault.message : "\(place): \(fault.message)"
        }.joined(separator: "; ")
    }
}
