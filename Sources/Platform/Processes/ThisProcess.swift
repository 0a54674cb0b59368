#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// This process.
package enum ThisProcess {
    /// The number that the system knows it by.
    package static var number: Int { Int(getpid()) }

    /// Ends it at once, without libraries' farewells: a thread may be loading one of them, or using it.
    package static func end(_ code: ExitCode) -> Never { _exit(code.rawValue) }

    /// Waits for ever, on a thread that nothing else needs.
    package static func rest() -> Never {
        while true { pause() }
    }
}
