/// Cuts a JSON array into the texts of its items without reading the whole of it.
package struct ArraySplitter: Sendable {
    /// One item.
    package struct Item: Sendable, Hashable {
        /// The line it starts on, from 1.
        package let line: Int
        package let bytes: [UInt8]
        /// Whether it had more bytes than the limit.
        package let isTooLong: Bool
    }

    private let limit: Int
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var item: [UInt8] = []
    private var length = 0
    private var line = 1
    private var itemLine = 1
    /// Whether the array has ended.
    private var isDone = false
    /// Why the text is no array, with the line, once that is known.
    package private(set) var problem: (line: Int, message: String)?

    /// A splitter that keeps items of up to `limit` bytes.
    package init(limit: Int) { self.limit = limit }

    /// Takes a chunk and hands on the items that end in it.
    package mutating func add(_ chunk: UnsafeRawBufferPointer, _ emit: (Item) -> Void) {
        for byte in chunk where problem == nil { add(byte, emit) }
    }

    private mutating func add(_ byte: UInt8, _ emit: (Item) -> Void) {
        defer { if byte == 0x0A { line += 1 } }
        if isInString {
            append(byte)
            if isEscaped {
                isEscaped = false
            } else if byte == 0x5C {
                isEscaped = true
            } else if byte == 0x22 {
                isInString = false
            }
            return
        }
        let isSpace = byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
        if depth == 0 {
            guard !isSpace else { return }
            guard byte == 0x5B, !isDone else {
                problem = (line, isDone ? "text behind the array" : "the input is no JSON array")
                return
            }
            depth = 1
            return
        }
        switch byte {
        case 0x22: isInString = true
        case 0x5B, 0x7B: depth += 1
        case 0x5D, 0x7D:
            depth -= 1
            if depth == 0 {
                finish(emit)
                isDone = true
                return
            }
        case 0x2C where depth == 1:
            if length == 0 { problem = (line, "an item is missing before the comma") }
            finish(emit)
            return
        default: break
        }
        if length > 0 || !isSpace {
            if length == 0 { itemLine = line }
            append(byte)
        }
    }

    private mutating func append(_ byte: UInt8) {
        length += 1
        if length <= limit { item.append(byte) } else { item = [] }
    }

    private mutating func finish(_ emit: (Item) -> Void) {
        guard length > 0 else { return }
        emit(Item(line: itemLine, bytes: item, isTooLong: length > limit))
        item = []
        length = 0
    }

    /// Notes that the text has ended.
    package mutating func end() {
        if !isDone, problem == nil { problem = (line, "the array is not closed") }
    }
}
