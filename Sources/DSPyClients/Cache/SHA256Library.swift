import Platform
import Synchronization

/// OpenSSL's SHA-256, where the process has it already because libcurl needs it: it knows the processor's own instructions.
struct SHA256Library {
    private typealias Function = @convention(c) (UnsafeMutableRawPointer?, UnsafeRawPointer?) -> Void

    private let function: Function

    /// The address of `SHA256_Transform`; 0 where there is none.
    private static let address = Atomic<UInt>(0)

    /// Looks for the library among those that are loaded; none is loaded for this alone.
    static func find() {
        let library = DynamicLibrary(["libcrypto.so.3", "libcrypto.so.1.1"], isLoaded: true)
        guard let found = library?.symbol("SHA256_Transform") else { return }
        address.store(UInt(bitPattern: found), ordering: .releasing)
    }

    /// The library's function; nil where there is none.
    static var transform: SHA256Library? {
        guard let found = UnsafeRawPointer(bitPattern: address.load(ordering: .acquiring)) else { return nil }
        return SHA256Library(function: unsafeBitCast(found, to: Function.self))
    }

    /// Reads whole blocks.
    ///
    /// - Source: openssl/sha.h: `SHA256_CTX` begins with the eight words of the state, and has 112 bytes in all.
    func read(_ blocks: UnsafeRawBufferPointer, into state: inout SHA256.Digest) {
        withUnsafeTemporaryAllocation(of: SHA256.Digest.self, capacity: 4) { context in
            context.initialize(repeating: state)
            for start in stride(from: 0, to: blocks.count, by: 64) {
                function(context.baseAddress, blocks.baseAddress.map { $0 + start })
            }
            state = context[0]
        }
    }
}
