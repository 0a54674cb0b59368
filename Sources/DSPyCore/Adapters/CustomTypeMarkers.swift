import OrderedJSON

/// Turns the marked text of images, audio and files inside a user message into content parts.
///
/// - Source: dspy/adapters/_legacy_type_markers.py (3.4.1).
enum CustomTypeMarkers {
    /// The message with its marked texts as parts; the same when it has none.
    static func expanded(_ message: LMMessage) -> LMMessage {
        guard message.role == "user", case .text(let text) = message.content,
            PythonString.contains(text, CustomValue.markerStart)
        else { return message }
        var message = message
        message.content = .parts(parts(of: text))
        return message
    }

    private static func parts(of text: String) -> [JSON] {
        var parts: [JSON] = []
        var plain = ""
        for (place, piece) in PythonString.pieces(of: text, around: CustomValue.markerStart).enumerated() {
            guard place > 0 else {
                plain = piece
                continue
            }
            let halves = PythonString.pieces(of: piece, around: CustomValue.markerEnd)
            guard halves.count > 1 else {
                // A start without an end is plain text.
                plain += CustomValue.markerStart + piece
                continue
            }
            if !plain.isEmpty { parts.append(textPart(plain)) }
            parts += payload(PythonString.strip(halves[0]))
            plain = halves.dropFirst().joined(separator: CustomValue.markerEnd)
        }
        if !plain.isEmpty { parts.append(textPart(plain)) }
        return parts
    }

    private static func textPart(_ text: String) -> JSON { ["type": "text", "text": .string(text)] }

    private static func payload(_ text: String) -> [JSON] {
        guard case .array(let items) = parsed(text) else { return [textPart(text)] }
        return items.map { $0.object == nil ? textPart(Value($0).pythonString) : $0 }
    }

    /// The payload as JSON; inside a list or dict it was encoded twice.
    private static func parsed(_ text: String) -> JSON {
        if let json = try? JSON(parsing: text, options: .python) { return json }
        if let inner = try? JSON(parsing: "\"\(text)\"", options: .python), let string = inner.string,
            let json = try? JSON(parsing: string, options: .python)
        {
            return json
        }
        return JSONRepair.loads(text)
    }
}
