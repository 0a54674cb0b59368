/// The ids that a batch has met and the lines they stand in: sixteen bytes for each slot, about twenty for each row at
/// the most, however long the ids are.
///
/// An id is known by 95 bits of SipHash under the key of this process. That two of n different ids are taken for one has a
/// chance of n² in 2⁹⁶: 10⁻¹⁵ for ten million rows, 10⁻¹¹ for a thousand million. Nobody can write an input that makes
/// it likelier, as the key is another one in every process.
package struct IDTable: Sendable {
    // 7 bits of the hash choose the segment. Segments grow one by one and by little, so that neither a half empty table nor
    // a copy of the whole of it takes memory.
    private var segments = [IDSegment](repeating: IDSegment(), count: 1 << 7)

    /// A table of nothing.
    package init() {}

    /// Notes an id.
    ///
    /// - Parameter line: The line it stands in, from 1.
    /// - Returns: The line it stood in before; nil when it is new.
    package mutating func note(_ id: String, line: Int) -> Int? {
        note(Self.hash(id, salt: 0), Self.hash(id, salt: 1), line: line)
    }

    /// Notes an id of these two hashes.
    mutating func note(_ first: UInt64, _ second: UInt64, line: Int) -> Int? {
        let slot = IDSegment.Slot(first, mark: second >> 40, line: line)
        return segments[Int(second & 0x7F)].note(slot)
    }

    /// How many ids there are.
    package var count: Int { segments.reduce(0) { $0 + $1.count } }

    /// How many bytes the slots take.
    package var byteCount: Int { segments.reduce(0) { $0 + $1.byteCount } }

    private static func hash(_ id: String, salt: UInt8) -> UInt64 {
        var id = id
        return id.withUTF8 { bytes in
            var hasher = Hasher()
            hasher.combine(salt)
            hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
            return UInt64(truncatingIfNeeded: hasher.finalize())
        }
    }
}
