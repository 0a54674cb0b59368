import DSPyCore
import OrderedJSON

/// The tool calls of a streamed answer, put together from their pieces.
///
/// OpenAI numbers calls by `index` and names each once. Other servers send each call whole in a chunk of its own, without a
/// number or all with 0, and an id of its own each; others again give every piece of one call another id. So a piece begins a
/// call when nothing is at its place, or when it brings a name and an id that the call there does not have.
struct StreamedToolCalls: Sendable {
    private struct Call: Sendable {
        var index: Int?
        var id: String?
        var name = ""
        var arguments = ""
        var type: String?
    }

    private var calls: [Call] = []
    /// By a piece's number, or its place in its chunk, the call that was begun last there.
    private var latest: [Int: Int] = [:]

    /// How many calls an answer may have, and how high they may be numbered.
    private static let limit = 1024

    /// Takes the pieces of one chunk.
    ///
    /// - Returns: What they tell.
    /// - Throws: `LMError` (`bad_reply`) for numbers that no answer has.
    mutating func take(_ pieces: [JSON]) throws(LMError) -> [LMStreamEvent] {
        var events: [LMStreamEvent] = []
        for (place, piece) in pieces.enumerated() where piece.object != nil {
            let index = piece["index"]?.int
            guard (0..<Self.limit).contains(index ?? place), calls.count < Self.limit else {
                throw LMError(.badReply, "the streamed reply has a tool call with the index \(index ?? place)")
            }
            let id = piece["id"]?.filled
            let name = piece["function"]?["name"]?.filled
            // Some servers send the arguments whole, as an object.
            let arguments = piece["function"]?["arguments"]
            let more = arguments?.string ?? arguments?.object.map { JSON.object($0).text() } ?? ""
            let number = self.place(of: index ?? place, id, name, more)
            if number == calls.count { calls.append(Call(index: index)) }
            latest[index ?? place] = number
            calls[number].id = calls[number].id ?? id
            calls[number].type = calls[number].type ?? piece["type"]?.filled
            if calls[number].name.isEmpty { calls[number].name = name ?? "" }
            calls[number].arguments += more
            events.append(.toolCall(index: number, id: id, name: name, arguments: more))
        }
        return events
    }

    /// The call that a piece belongs to; the number of calls for one that it begins.
    private func place(of key: Int, _ id: String?, _ name: String?, _ arguments: String) -> Int {
        if let id, let known = calls.lastIndex(where: { $0.id == id }) { return known }
        guard let number = latest[key] else { return calls.count }
        guard name != nil, !calls[number].name.isEmpty else { return number }
        if let id { return calls[number].id == nil || calls[number].id == id ? number : calls.count }
        // Without any id: a name again, behind arguments that are whole, and arguments again.
        let isWhole = calls[number].id == nil && !arguments.isEmpty && Self.isObject(calls[number].arguments)
        return isWhole ? calls.count : number
    }

    private static func isObject(_ text: String) -> Bool {
        text.hasSuffix("}") && (try? JSON(parsing: text, options: .python))?.object != nil
    }

    /// The calls as they come without a stream, by their numbers if each has one of its own.
    var whole: [JSON] {
        let numbers = calls.compactMap(\.index)
        let isNumbered = numbers.count == calls.count && Set(numbers).count == calls.count
        let ordered = isNumbered ? calls.sorted { ($0.index ?? 0) < ($1.index ?? 0) } : calls
        return ordered.enumerated().map { place, call in
            let number = isNumbered ? call.index ?? place : place
            return [
                "id": .string(call.id ?? "call_\(number)"), "type": .string(call.type ?? "function"),
                "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
            ]
        }
    }
}
