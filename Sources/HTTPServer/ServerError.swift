/// Why a server could not start.
package struct ServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What stands in the way.
    package enum Reason: Sendable, Hashable {
        /// The library that speaks HTTP is not there.
        case unavailable
        /// The address is in use, or is none of this machine's.
        case address
    }

    package let reason: Reason
    /// What was found and what to do.
    package let message: String

    init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    package var description: String { message }
}
