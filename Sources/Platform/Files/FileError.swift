#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Why a file could not be read or written.
package struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What stands in the way.
    package enum Reason: Sendable, Hashable {
        /// There is no such file, or no such folder to write it into.
        case missing
        /// The path is a folder.
        case directory
        /// The path is a pipe, a socket or a device, where a file is meant.
        case special
        /// The system does not allow it.
        case permission
        /// The content is longer than allowed, in bytes.
        case tooLarge(limit: Int)
        /// Anything else, by its errno.
        case failed(errno: Int32)
    }

    /// The path as it was given; `standard input` for none.
    package var path: String
    /// Whether reading was tried, else writing.
    package var isReading: Bool
    /// What stands in the way.
    package var reason: Reason

    package init(_ path: String, isReading: Bool, reason: Reason) {
        self.path = path
        self.isReading = isReading
        self.reason = reason
    }

    package init(_ path: String, isReading: Bool, errno code: Int32) {
        let reason: Reason =
            switch code {
            case ENOENT, ENOTDIR: .missing
            case EISDIR: .directory
            case ENXIO: .special
            case EACCES, EPERM, EROFS: .permission
            default: .failed(errno: code)
            }
        self.init(path, isReading: isReading, reason: reason)
    }

    /// How the process should end.
    package var exitCode: ExitCode {
        switch reason {
        case .tooLarge: .data
        case .failed: .io
        case .missing, .directory, .special, .permission: isReading ? .noInput : .io
        }
    }

    /// The path and what is wrong with it.
    package var description: String { "\(path): \(words)" }

    /// What is wrong, without the path.
    package var words: String {
        switch reason {
        case .missing: isReading ? "no such file" : "no such folder"
        case .directory: "is a folder"
        case .special: "is no plain file but a pipe, a socket or a device"
        case .permission: isReading ? "may not be read" : "may not be written"
        case .tooLarge(let limit): "is longer than \(limit) bytes"
        case .failed(let code): SystemCall.words(for: code)
        }
    }
}
