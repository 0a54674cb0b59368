import TestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The mock model server by itself.
///
/// It prints its address, then the bill: one line for each request, and a line that starts with `#` when a client has gone.
@main
struct Main {
    private static let usage = """
        Usage: mock-model-server [KEY=VALUE]... or mock-model-server [LATENCY_MS [CAPACITY]]

        Keys: latency and gap in milliseconds, delta in characters, bytes, after (deltas before a fault), capacity, rpm,
        tpm, seed, words (of each answer), fault=NAME for every request or fault=NAME:PART for a part of them,
        when=TEXT:WORD: a prompt that holds TEXT is read as if its question ended with WORD (SLOW, GARBAGE, a fault).
        Faults: \(MockFault.allCases.map(\.rawValue).joined(separator: ", "))

        """

    static func main() {
        do { try serve() } catch {
            let wrong = (error as? Wrong).map { "mock-model-server: what is \"\($0.argument)\"?\n" }
            let text = Array(((wrong ?? "mock-model-server: \(error)\n") + usage).utf8)
            _ = text.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
            exit(64)
        }
    }

    private static func serve() throws {
        var options = MockModelServer.Options()
        options.mostFaults = .max
        var (requests, tokens): (Int?, Int?)
        for (place, argument) in CommandLine.arguments.dropFirst().enumerated() {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            let key = parts.count == 2 ? parts[0] : place == 0 ? "latency" : "capacity"
            let value = parts.last ?? ""
            guard key != "fault" else {
                options.faults.append(try fault(value))
                continue
            }
            guard key != "when" else {
                options.words.append(try word(value))
                continue
            }
            guard let number = Int(value), number >= 0 else { throw Wrong(argument: argument) }
            switch key {
            case "latency": options.latency = .milliseconds(number)
            case "gap": options.gap = .milliseconds(number)
            case "delta": options.cut.delta = number
            case "bytes": options.cut.bytes = number
            case "after": options.cut.deltasBeforeFault = number
            case "capacity": options.capacity = number
            case "rpm": requests = number
            case "tpm": tokens = number
            case "seed": options.seed = UInt64(number)
            case "words":
                options.answer = { field, _ in (1...max(1, number)).map { "\(field)\($0)" }.joined(separator: " ") }
            default: throw Wrong(argument: argument)
            }
        }
        if requests != nil || tokens != nil { options.limits = MockRateLimits(requests: requests, tokens: tokens) }
        options.onRequest = { Self.tell($0) }
        options.onDisconnect = { entry in
            Self.tell("# gone at \(entry.end ?? 0) s after \(entry.abandonedAfter ?? 0) chunks: \(entry.question)")
        }
        let server = try MockModelServer(options)
        tell(server.address)
        while true { sleep(3600) }
    }

    private struct Wrong: Error { let argument: String }

    private static func fault(_ text: String) throws -> (MockFault, Double) {
        let parts = text.split(separator: ":").map(String.init)
        guard let fault = parts.first.flatMap(MockFault.init(rawValue:)),
            let part = parts.count == 1 ? 1 : Double(parts[1])
        else { throw Wrong(argument: text) }
        return (fault, part)
    }

    private static func word(_ text: String) throws -> (text: String, word: String) {
        guard let colon = text.lastIndex(of: ":"), colon > text.startIndex else { throw Wrong(argument: text) }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }

    private static func tell(_ text: String) {
        let line = Array((text + "\n").utf8)
        _ = line.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }
}
