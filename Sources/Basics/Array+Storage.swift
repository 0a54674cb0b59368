extension Array {
    /// Whether both are copies that share their elements.
    @inlinable
    package func isSameStorage(as other: [Element]) -> Bool {
        // Closures, not key paths: those are built anew at every call.
        withUnsafeBufferPointer { one in
            other.withUnsafeBufferPointer { other in
                one.count == other.count && (one.isEmpty || one.baseAddress == other.baseAddress)
            }
        }
    }
}
