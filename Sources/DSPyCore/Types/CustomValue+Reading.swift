extension CustomValue {
    /// Reads a value as one of DSPy's own types, by the rules of that type's validator; nil when it does not fit.
    ///
    /// - Source: dspy/adapters/types (3.4.1).
    init?(reading value: Value, as type: CustomType) {
        switch type {
        case .image: self.init(image: value)
        case .audio: self.init(audio: value)
        case .file: self.init(file: value)
        case .history: self.init(history: value)
        case .tool:
            guard case .custom(.tool) = value else { return nil }
            self.init(same: value)
        case .toolCalls:
            guard let calls = ToolCalls(reading: value) else { return nil }
            self = .toolCalls(calls)
        case .code(let language): self.init(code: value, language: language)
        case .reasoning: self.init(reasoning: value)
        }
    }

    private init?(same value: Value) {
        guard case .custom(let custom) = value else { return nil }
        self = custom
    }

    private init?(image value: Value) {
        switch value {
        case .custom(.image(let url)), .string(let url):
            guard PythonString.hasPrefix(url, "data:") || Self.isURL(url) else { return nil }
            self = .image(url: PythonString.strip(url))
        case .dict(let dict):
            guard dict.count == 1, let url = dict["url"] else { return nil }
            self.init(image: url)
        default: return nil
        }
    }

    /// A URL with a scheme of `http`, `https` or `gs`, and a host, as Python's `urlparse` finds them: it passes over spaces
    /// and control characters in front, and over tabs and line ends anywhere.
    private static func isURL(_ text: String) -> Bool {
        var rest = text.unicodeScalars.drop { $0.value <= 0x20 }.filter { !["\t", "\n", "\r"].contains($0) }[...]
        guard let colon = rest.firstIndex(of: ":") else { return false }
        let scheme = String(String.UnicodeScalarView(rest[..<colon])).lowercased()
        rest = rest[rest.index(after: colon)...]
        guard ["http", "https", "gs"].contains(scheme), rest.starts(with: "//".unicodeScalars) else { return false }
        let host = rest.dropFirst(2).prefix { !["/", "?", "#"].contains($0) }
        // Brackets stand around an address of IPv6 and nowhere else.
        guard let open = host.firstIndex(of: "["), let close = host.firstIndex(of: "]") else {
            return !host.isEmpty && !host.contains { $0 == "[" || $0 == "]" }
        }
        return open < close && host[open..<close].contains(":")
    }

    private init?(audio value: Value) {
        switch value {
        case .custom(.audio): self.init(same: value)
        case .string(let text):
            guard PythonString.hasPrefix(text, "data:audio/"), let comma = text.firstIndex(of: ",") else { return nil }
            let mime = text[..<comma].dropFirst(5).prefix { $0 != ";" }
            let format = mime.dropFirst(6)
            guard !format.isEmpty else { return nil }
            self = .audio(
                data: String(text[text.index(after: comma)...]),
                format: format.hasPrefix("x-") ? String(format.dropFirst(2)) : String(format))
        case .dict(let dict):
            guard dict.count == 2, case .string(let data)? = dict["data"],
                case .string(let format)? = dict["audio_format"]
            else { return nil }
            self = .audio(data: data, format: format)
        default: return nil
        }
    }

    private init?(file value: Value) {
        switch value {
        case .custom(.file): self.init(same: value)
        case .string(let text):
            guard PythonString.hasPrefix(text, "data:") else { return nil }
            self = .file(data: text, id: nil, name: nil)
        case .dict(let dict):
            let keys = ["file_data", "file_id", "filename"]
            guard !dict.isEmpty, dict.members.allSatisfy({ keys.contains($0.key.string ?? "") }),
                dict.members.allSatisfy({ $0.value.isNull || $0.value.string != nil })
            else { return nil }
            self = .file(
                data: dict["file_data"]?.string.map { PythonString.strip($0) },
                id: dict["file_id"]?.string.map { PythonString.strip($0) },
                name: dict["filename"]?.string.map { PythonString.strip($0) })
        default: return nil
        }
    }

    private init?(history value: Value) {
        switch value {
        case .custom(.history): self.init(same: value)
        case .dict(let dict):
            guard dict.count == 1, case .list(let messages)? = dict["messages"] else { return nil }
            let turns = messages.compactMap(\.dict)
            guard turns.count == messages.count else { return nil }
            // The model strips strings, which the keys are; the values may be anything and stay.
            self = .history(
                turns.map { turn in
                    ValueDict(turn.members.map { (PythonString.strip($0.key.pythonString), $0.value) })
                })
        default: return nil
        }
    }

    private init?(code value: Value, language: String?) {
        switch value {
        case .custom(.code): self.init(same: value)
        case .string(let text): self = .code(Self.fencedCode(in: text), language: language)
        case .dict(let dict):
            guard case .string(let text)? = dict["code"] else { return nil }
            self = .code(Self.fencedCode(in: text), language: language)
        default: return nil
        }
    }

    /// What stands inside the first ``` fence, without its language line; else the whole text.
    private static func fencedCode(in text: String) -> String {
        let pieces = PythonString.pieces(of: text, around: "```")
        guard pieces.count >= 2 else { return text }
        let body = pieces.dropFirst().joined(separator: "```")
        if let lineEnd = body.utf8.firstIndex(of: 0x0A) {
            let rest = PythonString.pieces(of: String(body[body.utf8.index(after: lineEnd)...]), around: "```")
            if rest.count >= 2 { return PythonString.strip(rest[0]) }
        }
        return pieces.count >= 3 ? PythonString.strip(pieces[1]) : text
    }

    private init?(reasoning value: Value) {
        switch value {
        case .custom(.reasoning): self.init(same: value)
        case .string(let text): self = .reasoning(text)
        case .dict(let dict):
            guard case .string(let text)? = dict["content"] else { return nil }
            self = .reasoning(text)
        default: return nil
        }
    }
}
