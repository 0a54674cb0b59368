/// Reads the pieces of a `TextTemplate`, and where each of them stands.
package struct TextTemplateReader: Sendable {
    /// A piece and its place: Unicode scalars from 0, braces included.
    ///
    /// What is written `{{name}}` is a piece of its own.
    package typealias Piece = (part: TextTemplate.Part, range: Range<Int>)

    /// The pieces in order.
    package private(set) var pieces: [Piece] = []
    private let scalars: [Unicode.Scalar]

    /// - Parameter readsEnvironment: Whether `${env:NAME}` is a place, and no text.
    package init(_ text: String, readsEnvironment: Bool = false) {
        scalars = Array(text.unicodeScalars)
        var (place, start) = (0, 0)
        while place < scalars.count {
            guard let found = piece(at: place, readsEnvironment) else {
                place += 1
                continue
            }
            addText(start..<place)
            pieces.append((found.part, place..<found.end))
            (place, start) = (found.end, found.end)
        }
        addText(start..<place)
    }

    private mutating func addText(_ range: Range<Int>) {
        if !range.isEmpty { pieces.append((.text(text(range)), range)) }
    }

    private func piece(at start: Int, _ readsEnvironment: Bool) -> (part: TextTemplate.Part, end: Int)? {
        switch scalars[start] {
        case "{":
            if let (_, end) = name(after: start, "{{"), end < scalars.count, scalars[end] == "}" {
                return (.text(text((start + 1)..<end)), end + 1)
            }
            return name(after: start, "{").map { (.argument($0.name), $0.end) }
        case "$" where readsEnvironment: return name(after: start, "${env:").map { (.environment($0.name), $0.end) }
        default: return nil
        }
    }

    /// The name between `head`, which must stand at `start`, and the next brace.
    private func name(after start: Int, _ head: String) -> (name: String, end: Int)? {
        let head = head.unicodeScalars
        guard scalars[start...].starts(with: head) else { return nil }
        let first = start + head.count
        let end = scalars[first...].firstIndex { !PythonString.isIdentifierPart($0) } ?? scalars.count
        guard end < scalars.count, scalars[end] == "}", PythonString.isIdentifier(text(first..<end)) else { return nil }
        return (text(first..<end), end + 1)
    }

    private func text(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[range])
        return String(view)
    }
}
