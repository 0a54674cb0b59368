package import Platform

/// Wraps text in colour, or leaves it alone.
package struct TextStyle: Sendable, Hashable {
    /// Whether anything is wrapped.
    package var isOn: Bool

    package init(isOn: Bool) { self.isOn = isOn }

    /// Bold text.
    package func bold(_ text: String) -> String { wrap(text, 1) }
    /// Faint text.
    package func dim(_ text: String) -> String { wrap(text, 2) }
    /// Red text.
    package func red(_ text: String) -> String { wrap(text, 31) }
    /// Green text.
    package func green(_ text: String) -> String { wrap(text, 32) }
    /// Yellow text.
    package func yellow(_ text: String) -> String { wrap(text, 33) }
    /// Cyan text.
    package func cyan(_ text: String) -> String { wrap(text, 36) }

    private func wrap(_ text: String, _ code: Int) -> String {
        isOn && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

extension Terminal {
    /// How to style text for it.
    package var style: TextStyle { TextStyle(isOn: usesColour) }
}
