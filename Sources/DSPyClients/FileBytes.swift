import DSPyCore
import Platform

/// Files that a model is made of.
enum FileBytes {
    /// The content of a file.
    ///
    /// - Parameters:
    ///   - purpose: What the file is, for messages: `script`, `recording`.
    ///   - isPlain: Whether a pipe or a device in its place is refused, not waited for.
    /// - Throws: `LMError` (`configuration`) with the path and the system's reason.
    static func read(_ path: String, for purpose: String, isPlain: Bool = false) throws(LMError) -> [UInt8] {
        do throws(FileError) {
            return try FileReading.bytes(at: path == "-" ? "./-" : path, limit: .max, isPlain: isPlain)
        } catch {
            throw LMError(.configuration, "cannot read the \(purpose) \"\(path)\": \(error.words)")
        }
    }
}
