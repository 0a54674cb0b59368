/// The input could not be read to its end.
package struct InputFailure: Error, Sendable {
    /// The system's number for it; nil when it was read, and is of no use.
    package let code: Int32?
    /// Why it is of no use.
    package let fault: InputFault?

    init(code: Int32) { (self.code, fault) = (code, nil) }

    init(_ fault: InputFault) { (code, self.fault) = (nil, fault) }
}
