/// An answer that an adapter could not read.
///
/// - Source: dspy/utils/exceptions.py (3.4.1), `AdapterParseError`.
public struct AdapterParseError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The adapter's class name.
    public var adapter: String
    /// The output fields that were asked for.
    public var expected: [String]
    /// The output fields that were read; nil when reading did not get so far.
    public var found: [String]?
    /// The model's whole answer.
    public var reply: String
    /// What went wrong, if more is known than missing fields.
    public var message: String?
    /// What else is known of the answer: that it is a refusal, or cut off.
    public var note: String?

    init(
        _ adapter: String, signature: Signature, reply: String, message: String? = nil, found: [String]? = nil
    ) {
        self.adapter = adapter
        expected = signature.outputs.map(\.name)
        self.found = found
        self.reply = reply
        self.message = message
    }

    /// One line: what was asked for, what was found, and the start of the answer.
    public var description: String {
        var text = "\(adapter): the model's answer could not be read"
        if let message { text += ": \(message)" }
        text += "; expected fields \(expected.joined(separator: ", "))"
        if let found { text += ", found \(found.isEmpty ? "none" : found.joined(separator: ", "))" }
        if let note { text += "; \(note)" }
        let start = PythonString.splitLines(reply).joined(separator: " ⏎ ")
        let short = start.unicodeScalars.count > 200 ? String(start.unicodeScalars.prefix(199)) + "…" : start
        return text + "; the answer was: \(short.isEmpty ? "(empty)" : short)"
    }
}

/// Inputs that a prompt cannot be made of.
public struct AdapterFormatError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The Python exception that DSPy raises: `TypeError` or `ValueError`.
    public var kind: String
    /// What was found and what was expected.
    public var message: String

    init(_ kind: String, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
