#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A library that is loaded when it is first needed: linking it would cost every start of the process its time.
///
/// It stays loaded.
package struct DynamicLibrary: @unchecked Sendable {  // no lock: the handle never changes
    private let handle: UnsafeMutableRawPointer

    /// The first of these that there is; nil when there is none.
    ///
    /// - Parameter isLoaded: Whether only one counts that something else has loaded already.
    package init?(_ names: [String], isLoaded: Bool = false) {
        let flags = RTLD_NOW | (isLoaded ? RTLD_NOLOAD : RTLD_LOCAL)
        guard let handle = names.lazy.compactMap({ dlopen($0, flags) }).first else { return nil }
        self.handle = handle
    }

    /// The address of a function; nil when it has none of this name.
    package func symbol(_ name: String) -> UnsafeMutableRawPointer? { dlsym(handle, name) }
}
