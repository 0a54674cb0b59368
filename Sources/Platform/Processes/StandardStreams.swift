#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The descriptors 0 to 2, which must be taken before anything else is opened.
package enum StandardStreams {
    /// Puts something in the place of a stream that the caller closed, so that no file gets its number and with it what is
    /// meant for that stream.
    ///
    /// Data is neither read nor written all the same: `/dev/null` is opened the wrong way round, so that reading from standard
    /// input and writing to standard output fail as on a closed descriptor. Messages that nobody wants go nowhere.
    ///
    /// - Returns: False when there is nothing to put in place.
    package static func fill() -> Bool {
        // The system gives the lowest number that is free.
        for number: Int32 in 0...2 where fcntl(number, F_GETFD) < 0 {
            guard open("/dev/null", number == 1 ? O_RDONLY : O_WRONLY) == number else { return false }
        }
        return true
    }
}
