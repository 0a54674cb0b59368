import Basics
import DSPyCore
import DSPySpec
import OrderedJSON

/// Reads the body of a prediction: the inputs of a program in one of three forms.
///
/// `{"inputs": {…}}`, or `{"text": "…"}` for a program of one input, or the inputs themselves.
struct PredictBody: Sendable {
    /// How many faults are told.
    private static let mostFaults = 100
    /// For how many unknown names a known one is looked for.
    private static let mostHints = 10

    let ports: [Port]

    /// The inputs, each as its declared type.
    ///
    /// - Throws: `BodyFaults` with all that is wrong: what is missing, in the order of the signature, then what does not fit, then
    ///   what the program does not take.
    func inputs(_ bytes: [UInt8]) throws(BodyFaults) -> ValueDict {
        if bytes.isEmpty { throw JSONBody.missing }
        return try inputs(of: try JSONBody.read(bytes))
    }

    /// The same for a body that is read already.
    func inputs(of body: JSON) throws(BodyFaults) -> ValueDict {
        guard let object = body.object else { throw Self.noObject(body, at: ["body"]) }
        if object.count == 1, let inner = object["inputs"], !takes("inputs") {
            guard let inputs = inner.object else { throw Self.noObject(inner, at: ["body", "inputs"]) }
            return try self.inputs(inputs, at: ["body", "inputs"])
        }
        if object.count == 1, let text = object["text"], ports.count == 1, !takes("text") {
            return try inputs([ports[0].name: text], at: ["body"], calling: "text")
        }
        return try inputs(object, at: ["body"])
    }

    private func takes(_ name: String) -> Bool { ports.contains { $0.name == name } }

    private static func noObject(_ body: JSON, at place: [JSON]) -> BodyFaults {
        BodyFaults([
            BodyFault(
                type: "model_attributes_type", place: place,
                message: "Input should be an object with the program's inputs, found \(body.kindName)", input: body,
                code: ErrorCode.typeMismatch.rawValue)
        ])
    }

    /// - Parameter name: What the one input is called here, if not by its name.
    private func inputs(
        _ object: JSONObject, at place: [JSON], calling name: String? = nil
    ) throws(BodyFaults) -> ValueDict {
        var inputs = ValueDict()
        var (missing, wrong, unknown): ([BodyFault], [BodyFault], [BodyFault]) = ([], [], [])
        for port in ports {
            guard let json = object[port.name] else {
                if port.isOptional { continue }
                missing.append(
                    BodyFault(
                        type: "missing", place: place + [.string(port.name)], message: "Field required",
                        input: .object(object), code: ErrorCode.missingInput.rawValue))
                continue
            }
            do throws(ValidationError) { inputs[port.name] = try InputFitting.value(json, port) } catch {
                let (type, found) = PydanticFault.type(of: json, port.type, error.path)
                wrong.append(
                    BodyFault(
                        type: type, place: place + [.string(name ?? port.name)] + error.path.map(Self.step),
                        message: "\(error.message); the input is \(port.typeName)", input: found,
                        code: ErrorCode.typeMismatch.rawValue))
            }
        }
        for (key, value) in object where !takes(key) {
            guard unknown.count < Self.mostFaults else { break }
            let hint = unknown.count >= Self.mostHints ? "" : Spelling.hint(for: key, among: ports.map(\.name))
            unknown.append(
                BodyFault(
                    type: "extra_forbidden", place: place + [.string(key)],
                    message: "Extra inputs are not permitted\(hint)", input: value,
                    code: ServerCode.unknownInput.rawValue))
        }
        let faults = Array((missing + wrong + unknown).prefix(Self.mostFaults))
        guard faults.isEmpty else { throw BodyFaults(faults) }
        return inputs
    }

    /// A position is a number in FastAPI's places.
    private static func step(_ step: String) -> JSON { Int(step).map { .int($0) } ?? .string(step) }
}
