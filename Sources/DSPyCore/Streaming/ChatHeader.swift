/// Recognises `[[ ## name ## ]]` at the start of a line, scalar by scalar.
///
/// - Source: dspy/adapters/chat_adapter.py (3.4.1), `field_header_pattern`, matched against the stripped line.
struct ChatHeader: Sendable {
    /// What is known after a scalar.
    enum Step {
        /// It may still become a header.
        case open
        /// It is none; the last scalar was not taken.
        case none
        /// It is one, and whole.
        case whole
    }

    private enum Part { case indent, opening, name, closing }

    /// The line so far.
    private(set) var line: [UInt8] = []
    /// The name so far.
    private(set) var name = String.UnicodeScalarView()
    /// How many scalars of white space stand before the header.
    private(set) var indent = 0
    private var part = Part.indent
    private var matched = 0

    private static let opening = Array("[[ ## ".utf8)
    private static let closing = Array(" ## ]]".utf8)

    /// How many scalars the header has, without what stands before it.
    var length: Int { Self.opening.count + name.count + Self.closing.count }

    /// Takes one scalar, given with its bytes.
    mutating func take(_ scalar: Unicode.Scalar, _ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Step {
        let step = advance(scalar)
        if step != .none { line.append(contentsOf: bytes) }
        return step
    }

    private mutating func advance(_ scalar: Unicode.Scalar) -> Step {
        switch part {
        case .indent:
            if PythonString.isSpace(scalar) {
                indent += 1
                return .open
            }
            part = .opening
            return advance(scalar)
        case .opening:
            guard scalar.value == Self.opening[matched] else { return .none }
            matched += 1
            if matched == Self.opening.count { (part, matched) = (.name, 0) }
            return .open
        case .name:
            if ChatSections.isWord(scalar) {
                name.append(scalar)
                return .open
            }
            guard !name.isEmpty else { return .none }
            part = .closing
            return advance(scalar)
        case .closing:
            guard scalar.value == Self.closing[matched] else { return .none }
            matched += 1
            return matched == Self.closing.count ? .whole : .open
        }
    }
}
