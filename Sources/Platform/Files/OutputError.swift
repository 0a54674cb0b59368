#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Why output could not be written.
package enum OutputError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The reader is gone, as behind `| head`; nothing needs to be said about it.
    case closedPipe
    /// The system refused, for example because the disk is full.
    case failed(errno: Int32)

    package init(_ failure: SystemCall.Failure) {
        self = failure.code == EPIPE ? .closedPipe : .failed(errno: failure.code)
    }

    /// How the process should end.
    package var exitCode: ExitCode { self == .closedPipe ? .brokenPipe : .io }

    /// What happened, in the system's words.
    package var description: String {
        switch self {
        case .closedPipe: "nobody reads the output any more"
        case .failed(let code): "cannot write the output: \(SystemCall.words(for: code))"
        }
    }
}
