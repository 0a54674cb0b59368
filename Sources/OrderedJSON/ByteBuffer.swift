#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Bytes that grow at the end; appending costs a fraction of what it does with an array.
///
/// The memory is malloc's: `UnsafeMutablePointer.allocate` asks for aligned memory, and up to glibc 2.37 many short-lived
/// aligned blocks tear the heap into pieces that nobody can use.
struct ByteBuffer: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var count = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 16)
        start = Self.allocated(self.capacity, malloc(self.capacity))
    }

    deinit { free(start) }

    /// The memory as bytes; where there was none left, Swift ends the process as it always does then.
    private static func allocated(_ size: Int, _ memory: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<UInt8> {
        (memory ?? .allocate(byteCount: size, alignment: 1)).bindMemory(to: UInt8.self, capacity: size)
    }

    /// What was appended.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

    /// Appends one byte.
    @inline(__always)
    mutating func append(_ byte: UInt8) {
        if count == capacity { grow(by: 1) }
        start[count] = byte
        count += 1
    }

    /// Appends two bytes.
    @inline(__always)
    mutating func append(_ first: UInt8, _ second: UInt8) {
        if capacity - count < 2 { grow(by: 2) }
        start[count] = first
        start[count + 1] = second
        count += 2
    }

    /// Appends bytes.
    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        if bytes.count > capacity - count { grow(by: bytes.count) }
        (start + count).update(from: source, count: bytes.count)
        count += bytes.count
    }

    private mutating func grow(by more: Int) {
        capacity = max(capacity * 2, count + more)
        start = Self.allocated(capacity, realloc(start, capacity))
    }
}
