import OrderedJSON

/// The chunks of a streamed answer, as OpenAI sends them.
package struct MockStream {
    /// How a stream is cut.
    package struct Cut: Sendable, Hashable {
        /// How many Unicode scalars a delta holds.
        package var delta = 4
        /// How many bytes each piece has that goes out; nil for one event at a time.
        package var bytes: Int?
        /// How many deltas come before a fault.
        package var deltasBeforeFault = 2
    }

    private let text: String
    private let prompt: MockPrompt
    private let usage: JSON

    init(_ text: String, _ prompt: MockPrompt, usage: JSON) {
        self.text = text
        self.prompt = prompt
        self.usage = usage
    }

    /// The pieces of the body.
    func pieces(_ cut: Cut, _ fault: MockFault?) -> [[UInt8]] {
        var deltas: [[UInt8]] = []
        var scalars = text.unicodeScalars[...]
        while !scalars.isEmpty {
            let part = scalars.prefix(max(1, cut.delta))
            deltas.append(event(["content": .string(String(part))]))
            scalars = scalars[part.endIndex...]
        }
        let start = event(["role": "assistant", "content": ""])
        let done = Array("data: [DONE]\n\n".utf8)
        var events: [[UInt8]]
        if let fault, fault.isOfStreams {
            events = [start] + deltas.prefix(cut.deltasBeforeFault)
            switch fault {
            case .streamError:
                let error: JSON = ["error": ["message": "the engine broke", "type": "server_error", "code": .null]]
                events += [data(error), done]
            case .streamBadJSON: events += [Array("data: {\"choices\": [{\"delta\n\n".utf8), done]
            case .streamBadUTF8:
                let bytes = event(["content": "broken"])
                let place = bytes.firstRange(of: Array("broken".utf8))?.lowerBound ?? 0
                events += [Array(bytes[..<place]) + [0xFF, 0xC3] + Array(bytes[place...]), done]
            default: break
            }
        } else {
            events = [start] + deltas + [event([:], finish: "stop")]
            if prompt.wantsUsage { events.append(data(chunk([], usage: usage))) }
            events.append(done)
        }
        guard let size = cut.bytes, size > 0 else { return events }
        let bytes = Array(events.joined())
        return stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    }

    private func event(_ delta: JSON, finish: JSON = .null) -> [UInt8] {
        let choice: JSON = ["index": 0, "delta": delta, "finish_reason": finish]
        return data(chunk([choice], usage: .null))
    }

    private func chunk(_ choices: [JSON], usage: JSON) -> JSON {
        var chunk: JSONObject = [
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": .string(prompt.model),
            "choices": .array(choices),
        ]
        // With token counts asked for, every chunk has the key.
        if prompt.wantsUsage { chunk["usage"] = usage }
        return .object(chunk)
    }

    private func data(_ json: JSON) -> [UInt8] { Array("data: \(json.text())\n\n".utf8) }
}
