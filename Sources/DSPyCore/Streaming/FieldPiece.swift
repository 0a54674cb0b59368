/// A stretch of one field's text, certain to stand in it.
struct FieldPiece: Hashable, Sendable {
    /// The field's place among the outputs that the extractor knows.
    var field: Int
    /// UTF-8, whole Unicode scalars.
    var text: [UInt8]
    /// Whether the field's text ends here.
    var isLast: Bool
}

/// Collects the pieces that one chunk gives; neighbours of one field are joined.
struct FieldPieces {
    /// The pieces in order.
    private(set) var pieces: [FieldPiece] = []

    /// Adds text to a field.
    mutating func append(_ text: UnsafeBufferPointer<UInt8>, to field: Int) {
        guard !text.isEmpty else { return }
        if let last = pieces.indices.last, pieces[last].field == field, !pieces[last].isLast {
            pieces[last].text.append(contentsOf: text)
        } else {
            pieces.append(FieldPiece(field: field, text: Array(text), isLast: false))
        }
    }

    /// Adds text to a field.
    mutating func append(_ text: [UInt8], to field: Int) {
        text.withUnsafeBufferPointer { append($0, to: field) }
    }

    /// Ends a field.
    mutating func end(_ field: Int) {
        if let last = pieces.indices.last, pieces[last].field == field, !pieces[last].isLast {
            pieces[last].isLast = true
        } else {
            pieces.append(FieldPiece(field: field, text: [], isLast: true))
        }
    }
}
