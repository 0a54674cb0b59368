#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The numbers that the system knows processes by.
package enum ProcessNumber {
    /// This process's.
    package static var own: Int { Int(getpid()) }
}
