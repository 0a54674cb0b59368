import Basics

/// Brings the bytes of an input to UTF-8 without a byte order mark, chunk by chunk; no I/O.
///
/// A mark says what an input is. Without one it is UTF-8, unless the first line is full of zeros as only UTF-16 has them.
struct InputDecoder: Sendable {
    /// How the input writes its characters; nil until that is known.
    private(set) var encoding: TextEncoding?
    /// Why it is no text at all.
    private(set) var fault: InputFault?
    /// What was held back until it was known.
    private var head: [UInt8] = []
    private var utf16: UTF16Decoder?

    /// How many bytes are looked at, if no line ends before.
    private static let limit = 4096

    /// The text of a chunk; nil when it is the chunk as it is.
    mutating func decode(_ chunk: UnsafeRawBufferPointer) -> [UInt8]? {
        if encoding == nil {
            let seen = head.count
            head.append(contentsOf: chunk)
            let lineFeed = chunk.firstIndex(ofByte: 0x0A, from: 0).map { seen + $0 + 1 }
            guard lineFeed != nil || head.count >= Self.limit else { return [] }
            return start(min(lineFeed ?? .max, Self.limit, head.count))
        }
        return utf16?.decode(chunk)
    }

    /// The text that only the end of the input completes.
    mutating func end() -> [UInt8] { (encoding == nil ? start(head.count) : []) + (utf16?.end() ?? []) }

    /// Decides by the first bytes, and gives all that was held back.
    private mutating func start(_ count: Int) -> [UInt8] {
        let (found, mark) = Self.encoding(of: head.prefix(count))
        encoding = found
        fault = Self.fault(in: head)
        let rest = Array(head.dropFirst(mark))
        head = []
        guard found != .utf8 else { return rest }
        var decoder = UTF16Decoder(isBigEndian: found == .utf16BigEndian)
        defer { utf16 = decoder }
        return rest.withUnsafeBytes { decoder.decode($0) }
    }

    /// The encoding, and how many bytes its mark has.
    private static func encoding(of head: ArraySlice<UInt8>) -> (TextEncoding, mark: Int) {
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if head.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
        if head.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        var zeros = [0, 0]
        for (place, byte) in head.enumerated() where byte == 0 { zeros[place & 1] += 1 }
        let most = max(zeros[0], zeros[1])
        // A zero by accident is not every fourth byte; where letters are not ASCII, the text is no UTF-8 besides.
        guard most > 0, min(zeros[0], zeros[1]) == 0,
            most * 4 >= head.count || String(validating: head, as: UTF8.self) == nil
        else { return (.utf8, 0) }
        return (zeros[0] > 0 ? .utf16BigEndian : .utf16LittleEndian, 0)
    }

    /// What is known by its first bytes to be no text that can be read.
    private static func fault(in head: [UInt8]) -> InputFault? {
        let kinds: [(start: [UInt8], message: String)] = [
            ([0xFF, 0xFE, 0, 0], "is UTF-32; convert it: iconv -f UTF-32 -t UTF-8 FILE"),
            ([0, 0, 0xFE, 0xFF], "is UTF-32; convert it: iconv -f UTF-32 -t UTF-8 FILE"),
            (
                [0x50, 0x4B, 3, 4],
                "is a workbook (xlsx, ods, numbers) or another zip file, not rows of text; save its sheet as \"CSV UTF-8\""
            ),
            ([0xD0, 0xCF, 0x11, 0xE0], "is a workbook (xls), not rows of text; save its sheet as \"CSV UTF-8\""),
            ([0x1F, 0x8B], "is compressed (gzip); unpack it: zcat FILE | dspy-swift batch PROGRAM --input-format …"),
            (
                [0x28, 0xB5, 0x2F, 0xFD],
                "is compressed (zstd); unpack it: zstdcat FILE | dspy-swift batch PROGRAM --input-format …"
            ),
        ]
        return kinds.first { head.starts(with: $0.start) }.map { InputFault(line: nil, message: $0.message) }
    }
}
