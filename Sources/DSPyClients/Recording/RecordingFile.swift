package import DSPy
import OrderedJSON

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The file that exchanges are written to; whole lines, also when several tasks write at once.
package final class RecordingFile: Sendable {
    private let path: String
    private let descriptor: Locked<Int32>

    /// Opens the file, new and empty, readable by its owner alone: prompts can be private.
    ///
    /// - Throws: `LMError` (`configuration`) when it cannot be opened.
    package init(path: String) throws(LMError) {
        let opened = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
        guard opened >= 0 else {
            throw LMError(.configuration, "cannot write the recording \"\(path)\": \(FileBytes.reason)")
        }
        self.path = path
        descriptor = Locked(opened)
    }

    deinit { _ = descriptor.withLock { close($0) } }

    /// Writes one line.
    func append(_ line: JSON) throws(LMError) {
        var bytes: [UInt8] = []
        line.write(into: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        let failure: String? = descriptor.withLock { descriptor in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Self.put(descriptor, $0) }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return FileBytes.reason }
                rest = rest.dropFirst(count)
            }
            return nil
        }
        if let failure { throw LMError(.configuration, "cannot write the recording \"\(path)\": \(failure)") }
    }

    private static func put(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        write(descriptor, bytes.baseAddress, bytes.count)
    }
}
