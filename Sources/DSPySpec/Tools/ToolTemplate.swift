import DSPy

/// A text with places for arguments, `{name}`, and for environment variables, `${env:NAME}`.
///
/// Braces around anything else are text; `{{name}}` is the text `{name}`.
package struct ToolTemplate: Sendable, Hashable {
    /// A piece of it.
    package enum Part: Sendable, Hashable {
        /// Text as it is.
        case text(String)
        /// The value of an argument.
        case argument(String)
        /// The value of an environment variable.
        case environment(String)
    }

    /// The text as it is written.
    package let text: String
    /// Its pieces in order.
    package let parts: [Part]
    /// Where each argument stands in the text: Unicode scalars from 0.
    let places: [(name: String, range: Range<Int>)]

    /// - Parameter readsEnvironment: Whether `${env:NAME}` is a place, and no text.
    package init(_ text: String, readsEnvironment: Bool = false) {
        self.text = text
        let scalars = Array(text.unicodeScalars)
        var parts: [Part] = []
        var places: [(name: String, range: Range<Int>)] = []
        var plain = String.UnicodeScalarView()
        func close() {
            if !plain.isEmpty { parts.append(.text(String(plain))) }
            plain = String.UnicodeScalarView()
        }
        var place = 0
        while place < scalars.count {
            if readsEnvironment, let (name, end) = Self.environment(scalars, place) {
                close()
                parts.append(.environment(name))
                place = end
            } else if let end = Self.escaped(scalars, place) {
                plain.append(contentsOf: scalars[(place + 1)..<(end - 1)])
                place = end
            } else if let (name, end) = Self.argument(scalars, place) {
                close()
                parts.append(.argument(name))
                places.append((name, place..<end))
                place = end
            } else {
                plain.append(scalars[place])
                place += 1
            }
        }
        close()
        self.parts = parts
        self.places = places
    }

    package static func == (left: ToolTemplate, right: ToolTemplate) -> Bool {
        left.text == right.text && left.parts == right.parts
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// Whether it is the value of one argument and nothing else.
    package var onlyArgument: String? {
        guard parts.count == 1, case .argument(let name) = parts[0] else { return nil }
        return name
    }

    /// The arguments that it names.
    package var argumentNames: [String] { places.map(\.name) }

    /// Whether it has a place for an environment variable.
    package var readsEnvironment: Bool { parts.contains { if case .environment = $0 { true } else { false } } }

    // MARK: Places

    /// `{name}` at a place.
    private static func argument(_ text: [Unicode.Scalar], _ start: Int) -> (name: String, end: Int)? {
        guard text[start] == "{" else { return nil }
        return name(text, start + 1)
    }

    /// `${env:NAME}` at a place.
    private static func environment(_ text: [Unicode.Scalar], _ start: Int) -> (name: String, end: Int)? {
        let head = Array("${env:".unicodeScalars)
        guard text[start] == "$", text.count >= start + head.count,
            Array(text[start..<(start + head.count)]) == head
        else { return nil }
        return name(text, start + head.count)
    }

    /// The end of `{{name}}` at a place.
    private static func escaped(_ text: [Unicode.Scalar], _ start: Int) -> Int? {
        guard text[start] == "{", start + 1 < text.count, let (_, end) = argument(text, start + 1), end < text.count,
            text[end] == "}"
        else { return nil }
        return end + 1
    }

    private static func name(_ text: [Unicode.Scalar], _ start: Int) -> (name: String, end: Int)? {
        var view = String.UnicodeScalarView()
        var place = start
        while place < text.count, PythonString.isIdentifierPart(text[place]) {
            view.append(text[place])
            place += 1
        }
        guard place < text.count, text[place] == "}", PythonString.isIdentifier(String(view)) else { return nil }
        return (String(view), place + 1)
    }
}
