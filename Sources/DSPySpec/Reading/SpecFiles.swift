/// How a program file reaches the files it names; nothing here touches the file system by itself.
package struct SpecFiles: Sendable {
    /// Why a file cannot be had.
    package enum Failure: Error, Sendable, CustomStringConvertible {
        /// There is none.
        case missing
        /// It cannot be read; the reason in words.
        case unreadable(String)

        package var description: String {
            switch self {
            case .missing: "no such file"
            case .unreadable(let reason): reason
            }
        }
    }

    /// The bytes of a file.
    package var read: @Sendable (_ path: String) throws(Failure) -> [UInt8]
    /// The path with all links resolved, to tell whether a file really lies in a folder; nil when there is none.
    package var resolve: @Sendable (_ path: String) -> String?

    package init(
        read: @escaping @Sendable (String) throws(Failure) -> [UInt8],
        resolve: @escaping @Sendable (String) -> String?
    ) {
        self.read = read
        self.resolve = resolve
    }
}
