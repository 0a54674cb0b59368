extension UnsafeBufferPointer<UInt8> {
    /// Where the run of bytes ends that a JSON string holds as they are: at a quote, a backslash, a control byte, or the end.
    ///
    /// - Parameter isASCII: Whether it also ends at 0x7F and whatever is beyond ASCII.
    package func endOfRun(from start: Int, isASCII: Bool) -> Int {
        var place = start
        let raw = UnsafeRawBufferPointer(self)
        // Eight bytes at a time. A subtraction that borrows only spoils bytes above the first hit, which is all that counts.
        while place + 8 <= count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            let quote = word ^ 0x2222_2222_2222_2222
            let backslash = word ^ 0x5C5C_5C5C_5C5C_5C5C
            var hits = (word &- 0x2020_2020_2020_2020) & ~word
            hits |= (quote &- 0x0101_0101_0101_0101) & ~quote
            hits |= (backslash &- 0x0101_0101_0101_0101) & ~backslash
            // 0x7F and what is above it carry into the highest bit.
            if isASCII { hits |= word | ((word & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x0101_0101_0101_0101) }
            hits &= 0x8080_8080_8080_8080
            if hits != 0 { return place + hits.trailingZeroBitCount / 8 }
            place += 8
        }
        while place < count {
            let byte = self[place]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || isASCII && byte >= 0x7F {
                return place
            }
            place += 1
        }
        return place
    }
}
