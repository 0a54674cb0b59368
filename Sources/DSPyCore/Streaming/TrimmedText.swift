/// Python's `str.strip()` on a text that comes in pieces: leading white space is dropped, later white space held back until
/// text follows it.
struct TrimmedText: Sendable {
    /// Whether text was given already.
    private(set) var hasStarted = false
    private var held: [UInt8] = []

    /// Takes a piece of whole scalars, and hands on what is certain.
    mutating func append(_ piece: UnsafeBufferPointer<UInt8>, to field: Int, _ pieces: inout FieldPieces) {
        var (start, end) = (0, piece.count)
        while end > 0 {
            let length = PythonSpace.length(in: piece, before: end)
            if length == 0 { break }
            end -= length
        }
        guard end > 0 else {
            if hasStarted { held.append(contentsOf: piece) }
            return
        }
        if hasStarted {
            if !held.isEmpty {
                pieces.append(held, to: field)
                held.removeAll(keepingCapacity: true)
            }
        } else {
            while start < end {
                let length = PythonSpace.length(in: piece, at: start)
                if length == 0 { break }
                start += length
            }
            hasStarted = true
        }
        pieces.append(UnsafeBufferPointer(rebasing: piece[start..<end]), to: field)
        if end < piece.count { held.append(contentsOf: piece[end...]) }
    }

    /// Takes a piece of whole scalars.
    mutating func append(_ piece: [UInt8], to field: Int, _ pieces: inout FieldPieces) {
        piece.withUnsafeBufferPointer { append($0, to: field, &pieces) }
    }

    /// Drops the white space that is held back.
    mutating func dropHeld() { held.removeAll(keepingCapacity: true) }
}
