import DSPy
import OrderedJSON

/// A text in which `{name}` stands for the value of an argument; `{{name}}` is the text `{name}`, any other brace itself.
struct TextTemplate: Sendable, Hashable {
    /// A part of the text.
    enum Piece: Sendable, Hashable {
        case text(String)
        case argument(String)
    }

    /// The parts in order.
    let pieces: [Piece]

    /// Reads a template.
    ///
    /// - Throws: `ToolDefinitionError` when a name is not that of an argument.
    init(_ template: String, arguments: [String], part: String, index: Int? = nil) throws(ToolDefinitionError) {
        var pieces: [Piece] = []
        var text: [UInt8] = []
        let bytes = Array(template.utf8)
        var place = 0
        func close() {
            if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
            text = []
        }
        while place < bytes.count {
            guard bytes[place] == Self.open else {
                text.append(bytes[place])
                place += 1
                continue
            }
            if place + 1 < bytes.count, bytes[place + 1] == Self.open,
                let end = Self.nameEnd(in: bytes, from: place + 2),
                end + 1 < bytes.count, bytes[end + 1] == Self.closing
            {
                text += bytes[(place + 1)...end]
                place = end + 2
            } else if let end = Self.nameEnd(in: bytes, from: place + 1) {
                let name = String(decoding: bytes[(place + 1)..<end], as: UTF8.self)
                guard arguments.contains(name) else {
                    let meant = Spelling.closest(to: name, among: arguments).map { "did you mean {\($0)}? " } ?? ""
                    throw ToolDefinitionError(
                        part, index: index,
                        "{\(name)} is not an argument of the tool; \(meant)(for the text itself write {{\(name)}})")
                }
                close()
                pieces.append(.argument(name))
                place = end + 1
            } else {
                text.append(bytes[place])
                place += 1
            }
        }
        close()
        self.pieces = pieces
    }

    /// The names of the arguments that stand in it.
    var names: [String] {
        pieces.compactMap { if case .argument(let name) = $0 { name } else { nil } }
    }

    /// Whether its first letter comes from an argument.
    var beginsWithArgument: Bool { if case .argument? = pieces.first { true } else { false } }

    /// The argument that it consists of, or nil.
    var onlyArgument: String? {
        if pieces.count == 1, case .argument(let name) = pieces[0] { name } else { nil }
    }

    /// The text with the values in their places, each passed through `encode`.
    func filled(_ values: ValueDict, encode: (String) -> String = { $0 }) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let fixed): text += fixed
            case .argument(let name): text += encode(Self.text(of: values[name] ?? .none))
            }
        }
        return text
    }

    /// A value as text: a string as it is, anything else as JSON.
    static func text(of value: Value) -> String {
        let json = value.json
        return json.string ?? json.text()
    }

    private static let open = UInt8(ascii: "{")
    private static let closing = UInt8(ascii: "}")

    /// Where the brace stands that closes a name beginning here; nil when there is no name.
    private static func nameEnd(in bytes: [UInt8], from start: Int) -> Int? {
        var place = start
        while place < bytes.count, isNamePart(bytes[place], isFirst: place == start) { place += 1 }
        return place > start && place < bytes.count && bytes[place] == closing ? place : nil
    }

    private static func isNamePart(_ byte: UInt8, isFirst: Bool) -> Bool {
        switch byte {
        case 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...: true
        case 0x30...0x39: !isFirst
        default: false
        }
    }
}
