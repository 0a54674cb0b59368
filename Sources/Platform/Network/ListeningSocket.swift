#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A socket that takes connections.
package struct ListeningSocket: Sendable {
    /// The system refuses the address.
    package struct Refusal: Error, Sendable, CustomStringConvertible {
        /// The address, and why.
        package let description: String
    }

    /// The socket, which does not block and is not inherited.
    package let descriptor: Int32
    /// The port it has got.
    package let port: Int
    /// The address as it stands in a URL: `127.0.0.1:8000`, `[::1]:8000`.
    package let authority: String
    /// Whether only this machine reaches it.
    package let isLoopback: Bool

    /// Listens at an address.
    ///
    /// - Parameters:
    ///   - host: An IP address, or `localhost`.
    ///   - port: A port; 0 for one that is free.
    ///   - admit: Is asked, before anything is bound, with whether only this machine will reach it; what it throws is thrown.
    /// - Throws: `Refusal`, which names the address.
    package init(host: String, port: Int, admit: (_ isLoopback: Bool) throws -> Void = { _ in }) throws {
        let literal = host == "localhost" ? "127.0.0.1" : host
        let isSix = literal.contains(":")
        func shown(_ port: Int) -> String { (isSix ? "[\(literal)]" : literal) + ":\(port)" }
        func refusal(_ reason: String) -> Refusal {
            Refusal(description: "cannot listen on \(shown(port)): \(reason)")
        }
        guard let number = UInt16(exactly: port) else { throw refusal("a port is 0 to 65535") }
        guard let address = SocketAddress(literal, port: number) else {
            throw refusal("the host is no IP address and not localhost")
        }
        try admit(address.isLoopback)
        #if canImport(Darwin)
            let descriptor = socket(isSix ? AF_INET6 : AF_INET, SOCK_STREAM, 0)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        #else
            let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
            let descriptor = socket(isSix ? AF_INET6 : AF_INET, kind, 0)
        #endif
        guard descriptor >= 0 else { throw refusal(SystemCall.lastWords) }
        var one: Int32 = 1
        _ = setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        guard address.with({ bind(descriptor, $0, $1) }) == 0, listen(descriptor, 4096) == 0 else {
            let reason = SystemCall.lastWords
            close(descriptor)
            throw refusal(reason)
        }
        self.descriptor = descriptor
        self.port = SocketAddress.port(of: descriptor) ?? port
        authority = shown(self.port)
        isLoopback = address.isLoopback
    }
}

/// An IP address with a port, as the system takes it.
private struct SocketAddress {
    private var four = sockaddr_in()
    private var six = sockaddr_in6()
    private let isSix: Bool
    let isLoopback: Bool

    init?(_ literal: String, port: UInt16) {
        isSix = literal.contains(":")
        if isSix {
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port.bigEndian
            guard inet_pton(AF_INET6, literal, &six.sin6_addr) == 1 else { return nil }
            isLoopback = withUnsafeBytes(of: six.sin6_addr) { $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1 }
        } else {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            guard inet_pton(AF_INET, literal, &four.sin_addr) == 1 else { return nil }
            isLoopback = withUnsafeBytes(of: four.sin_addr) { $0.first == 127 }
        }
    }

    func with<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        func call<Address>(_ address: Address) -> Result {
            withUnsafeBytes(of: address) { bytes in
                bytes.withMemoryRebound(to: sockaddr.self) { given in
                    // A sockaddr is the head of every kind of address, so there is one.
                    body(given.baseAddress.unsafelyUnwrapped, socklen_t(bytes.count))
                }
            }
        }
        return isSix ? call(six) : call(four)
    }

    static func port(of descriptor: Int32) -> Int? {
        var storage = sockaddr_in6()
        var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let code = withUnsafeMutableBytes(of: &storage) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { getsockname(descriptor, $0.baseAddress, &size) }
        }
        // The port stands at the same place in both kinds.
        return code == 0 ? Int(UInt16(bigEndian: storage.sin6_port)) : nil
    }
}
