#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A pipe whose writing end is the test's.
///
/// The reading end stays open: a thread may look at it once more when the test is over.
package final class PipeEnds: Sendable {
    /// The end to read from.
    package let reading: Int32
    private let writing: Int32

    /// Opens a pipe.
    package init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw TemporaryFolder.Failure(code: errno) }
        (reading, writing) = (ends[0], ends[1])
    }

    /// Writes a text; one that a pipe has no room for needs a reader.
    package func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWrite(writing, $0) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// The reader comes to the end.
    package func endWriting() { _ = close(writing) }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}
