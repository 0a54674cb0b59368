import OrderedJSON

/// A text with places for arguments, `{name}`, and for environment variables, `${env:NAME}`.
///
/// Names are Python's identifiers. Braces around anything else are text; `{{name}}` is the text `{name}`.
package struct TextTemplate: Sendable, Hashable {
    /// A piece of it.
    package enum Part: Sendable, Hashable {
        /// Text as it is.
        case text(String)
        /// The value of an argument.
        case argument(String)
        /// The value of an environment variable.
        case environment(String)
    }

    /// Its pieces in order; no text stands beside another.
    package private(set) var parts: [Part] = []

    /// A template of pieces.
    package init(_ parts: [Part] = []) {
        for part in parts { append(part) }
    }

    /// Reads a template.
    ///
    /// - Parameter readsEnvironment: Whether `${env:NAME}` is a place, and no text.
    package init(_ text: String, readsEnvironment: Bool = false) {
        self.init(TextTemplateReader(text, readsEnvironment: readsEnvironment).pieces.map(\.part))
    }

    private mutating func append(_ part: Part) {
        guard case .text(let text) = part else { return parts.append(part) }
        if text.isEmpty { return }
        if case .text(let before)? = parts.last {
            parts[parts.count - 1] = .text(before + text)
        } else {
            parts.append(part)
        }
    }

    /// The argument whose value it is and nothing else; nil if there is more, or less.
    package var onlyArgument: String? {
        guard parts.count == 1, case .argument(let name) = parts[0] else { return nil }
        return name
    }

    /// The environment variable whose value it is and nothing else; nil if there is more, or less.
    package var onlyVariable: String? {
        guard parts.count == 1, case .environment(let name) = parts[0] else { return nil }
        return name
    }

    /// The arguments that it names, in order.
    package var argumentNames: [String] {
        parts.compactMap { if case .argument(let name) = $0 { name } else { nil } }
    }

    /// The texts between its places.
    package var texts: [String] { parts.compactMap { if case .text(let text) = $0 { text } else { nil } } }

    /// Whether it has a place for an environment variable.
    package var readsEnvironment: Bool { parts.contains { if case .environment = $0 { true } else { false } } }

    /// Whether its first letter comes from an argument.
    package var beginsWithArgument: Bool { if case .argument? = parts.first { true } else { false } }

    /// The template with texts in the places of environment variables; in them, braces are only text.
    package func resolved(_ value: (_ variable: String) -> String) -> TextTemplate {
        TextTemplate(parts.map { if case .environment(let name) = $0 { .text(value(name)) } else { $0 } })
    }

    /// The text with the values of arguments in their places, each passed through `encode`.
    ///
    /// An argument without a value is `null`, and an environment variable that was not resolved is empty.
    package func filled(_ values: ValueDict, encode: (String) -> String = { $0 }) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .argument(let name): encode(Self.text(of: values[name] ?? .null))
            case .environment: ""
            }
        }.joined()
    }

    /// A value as text: a string as it is, anything else as JSON.
    package static func text(of value: Value) -> String {
        let json = value.json
        return json.string ?? json.text()
    }
}
