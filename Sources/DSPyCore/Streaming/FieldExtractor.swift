/// Finds the text of output fields in an answer while it comes in.
///
/// What it gives is never taken back by itself; see `FieldStream` for what happens where the adapter reads the answer
/// otherwise.
protocol FieldExtractor: Sendable {
    /// Takes the next chunk of the answer, of any size.
    mutating func feed(_ chunk: UnsafeBufferPointer<UInt8>, into pieces: inout FieldPieces)
    /// The answer is over: gives what was held back and is certain now.
    mutating func finish(into pieces: inout FieldPieces)
    /// Whether the text given for a field is, by the format alone, the text that the adapter reads; asked after `finish`.
    func isCertain(of field: Int) -> Bool
    /// What the adapter makes of a field's text, where the format allows to tell; nil otherwise.
    func value(of text: [UInt8], field: Int) -> Value?
}

extension FieldExtractor {
    /// Unknown.
    func value(of text: [UInt8], field: Int) -> Value? { nil }
}
