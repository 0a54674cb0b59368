/// The bytes of a table up to the end of its column names, and what they tell of how it is written.
///
/// Blank lines, and Excel's line `sep=;`, which names the separator, may stand above the names.
struct TableHead: Sendable {
    /// All bytes that have come.
    private(set) var bytes: [UInt8] = []
    /// Where the line of the names starts.
    private(set) var start = 0
    /// The number of that line, from 1.
    private(set) var line = 1
    /// Where that line ends; nil while it has not.
    private(set) var end: Int?
    /// The separator that a line `sep=;` names.
    private(set) var namedSeparator: UInt8?
    /// Whether lines end with a `\r` alone.
    private(set) var endsAtReturn = false

    private var place = 0
    private var isQuoted = false
    private var lastClosed = -1
    private var knowsLineEnd = false
    private let limit: Int

    /// - Parameter limit: How many bytes the names may have.
    init(limit: Int) { self.limit = limit }

    /// The bytes of the names.
    var names: ArraySlice<UInt8> { bytes[start..<(end ?? bytes.count)] }

    /// Takes a chunk.
    mutating func add(_ chunk: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: chunk)
        look(isEnd: false)
        // A quote that nobody closes, or no table at all.
        if end == nil, bytes.count - start > limit { end = bytes.count }
    }

    /// Notes that no more comes.
    mutating func finish() {
        look(isEnd: true)
        guard end == nil else { return }
        // Nothing but blank lines has no names.
        if take(bytes[start...]) { start = bytes.count } else { end = bytes.count }
    }

    private mutating func look(isEnd: Bool) {
        while place < bytes.count {
            let byte = bytes[place]
            if byte == 0x22 { noteQuote() }
            guard !isQuoted, byte == 0x0A || byte == 0x0D else {
                place += 1
                continue
            }
            var next = place + 1
            if byte == 0x0D {
                guard next < bytes.count || isEnd else { return }
                if next < bytes.count, bytes[next] == 0x0A { next += 1 } else if !knowsLineEnd { endsAtReturn = true }
            }
            knowsLineEnd = true
            guard take(bytes[start..<place]) else {
                end = place
                return
            }
            (start, place, line) = (next, next, line + 1)
        }
    }

    /// A quote opens a field at its start only, and what stands twice in one is a letter of it.
    private mutating func noteQuote() {
        if isQuoted {
            isQuoted = false
            lastClosed = place
        } else if place == start || lastClosed == place - 1 || Self.separators.contains(bytes[place - 1]) {
            isQuoted = true
        }
    }

    /// Tab, comma, semicolon, bar.
    private static let separators: [UInt8] = [0x09, 0x2C, 0x3B, 0x7C]

    /// Whether a line stands above the names and says no more than what is noted of it here.
    private mutating func take(_ text: ArraySlice<UInt8>) -> Bool {
        if text.allSatisfy({ $0 == 0x20 || $0 == 0x0D || Self.separators.contains($0) }) { return true }
        let word = text.filter { $0 != 0x22 && $0 != 0x20 }
        guard namedSeparator == nil, word.count == 5, let last = word.last, last < 0x80, last > 0x0D || last == 0x09,
            Array("sep=".utf8).elementsEqual(word.dropLast().map { $0 | ($0 == 0x3D ? 0 : 0x20) })
        else { return false }
        namedSeparator = last
        return true
    }
}
