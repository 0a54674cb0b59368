import TestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The mock model server by itself: `mock-model-server [LATENCY_MS [CAPACITY]]`.
///
/// Prints its address, then one line for each request: the bill.
@main
struct Main {
    static func main() throws {
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        var options = MockModelServer.Options()
        options.latency = .milliseconds(numbers.first ?? 0)
        options.capacity = numbers.dropFirst().first
        options.onRequest = { Self.tell($0) }
        let server = try MockModelServer(options)
        tell(server.address)
        while true { sleep(3600) }
    }

    private static func tell(_ text: String) {
        let line = Array((text + "\n").utf8)
        _ = line.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }
}
