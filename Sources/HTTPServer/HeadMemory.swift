/// A head as it lies in memory after libmicrohttpd has read it, with zeros where lines and names ended.
///
/// The library takes a line up to its first zero byte, so what stands behind a NUL, or a field without a name, is in no field that
/// it tells of: only the memory between the fields shows it.
struct HeadMemory {
    /// Where a field's name begins and its value ends, as offsets.
    typealias Span = (start: Int, end: Int)

    /// Whether something stands between the fields that is no white space and no line end.
    ///
    /// - Parameters:
    ///   - head: The whole head, to behind its empty line.
    ///   - start: Where the request line ends.
    ///   - spans: The fields, in any order.
    static func hidesSomething(_ head: UnsafeRawBufferPointer, from start: Int, _ spans: [Span]) -> Bool {
        var place = start
        for span in spans.sorted(by: { $0.start < $1.start }) {
            // A folded line is put together elsewhere, and its pieces stay.
            guard span.start >= place, span.end >= span.start, span.end <= head.count else { return true }
            if hides(head[place..<span.start], lineEnds: 1) { return true }
            place = span.end
        }
        return hides(head[place...], lineEnds: 2)
    }

    private static func hides(_ gap: Slice<UnsafeRawBufferPointer>, lineEnds: Int) -> Bool {
        var zeros = 0
        for byte in gap {
            switch byte {
            case 0, 0x0D, 0x0A: zeros += 1
            case 0x20, 0x09: break
            default: return true
            }
        }
        return zeros > 2 * lineEnds
    }
}
