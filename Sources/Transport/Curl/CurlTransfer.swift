import CCurl
import Synchronization

/// One exchange in libcurl's hands.
///
/// - Important: After `CurlEngine.submit` only the engine's thread touches it, `isCancelled` and `cancel` apart.
final class CurlTransfer: @unchecked Sendable {  // no lock: confined to the engine's thread; see above
    /// Where the answer goes.
    enum Sink {
        case whole(UnsafeContinuation<HTTPResponse, any Error>)
        case stream(UnsafeContinuation<HTTPStream, any Error>?, ChunkBuffer)
    }

    let request: HTTPRequest
    let sizeLimit: Int
    /// What it takes up.
    let place: CurlEngines.Place
    private let cancelled = Atomic<Bool>(false)
    var sink: Sink?

    var handle: CurlHandle?
    private var sent = 0
    private var starts = 0
    private var status = 0
    /// Whether a head has come to its end that is more than news on the way (`100 Continue`).
    private(set) var hasHead = false
    private var headers = HTTPHeaders()
    private var body: [UInt8] = []
    private(set) var isTooLarge = false
    /// How something began that is no HTTP.
    private(set) var strangeStart: [UInt8]?
    /// When it was handed to libcurl, since when its reader holds it up, and for how long that went before.
    private var (start, pause, held) = (ContinuousClock.now, ContinuousClock.Instant?.none, Duration.zero)
    /// When it must be over although its server goes on; nil for the request's own limit.
    private var deadline: ContinuousClock.Instant?
    /// Makes the stream that the reader gets once the head is there.
    var makeStream: ((ChunkBuffer, Int, HTTPHeaders) -> HTTPStream)?

    /// An exchange that has not started.
    init(_ request: HTTPRequest, sizeLimit: Int, place: CurlEngines.Place) {
        self.request = request
        self.sizeLimit = sizeLimit
        self.place = place
    }

    /// Whether the exchange went so smoothly that its handle may serve another one.
    var isClean: Bool { status == 200 && starts <= 1 && !isTooLarge }

    /// Whether nothing of the request has gone out.
    var isUnsent: Bool { starts == 0 && sent == 0 && status == 0 }

    /// Whether anything of an answer has come.
    var hasBegun: Bool { status > 0 }

    /// Whether the caller's task was cancelled, perhaps before the exchange started.
    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    /// Notes that the caller's task was cancelled.
    func cancel() { cancelled.store(true, ordering: .releasing) }

    /// Whether libcurl may send the request: once, and again only where a proxy answered and asks for a name.
    ///
    /// A request that libcurl wants to send again by itself, because the connection died before an answer came, becomes
    /// an error that the retry layer sees and counts.
    func mayBeSent() -> Bool {
        starts += 1
        return starts == 1 || status > 0
    }

    /// Copies the next part of the request's body to libcurl; there is no way back to the start.
    func read(into buffer: UnsafeMutablePointer<CChar>, capacity: Int) -> Int {
        guard let body = request.body, sent < body.count else { return 0 }
        let count = min(capacity, body.count - sent)
        body.withUnsafeBytes { bytes in
            UnsafeMutableRawPointer(buffer).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: bytes[sent..<sent + count]).baseAddress
                    ?? UnsafeRawPointer(buffer),
                byteCount: count)
        }
        sent += count
        return count
    }

    /// Takes one header line.
    ///
    /// The last of several heads counts (`100 Continue`, a proxy's answer to CONNECT).
    func receive(headerLine line: UnsafeRawBufferPointer) {
        guard let first = line.first(where: { $0 > 0x20 }) else {
            if status >= 200 {
                hasHead = true
                giveHead()
            }
            return
        }
        if first == UInt8(ascii: "H"), line.starts(with: "HTTP/".utf8) {
            headers = HTTPHeaders()
            status = Self.status(in: line)
        } else {
            headers.append(line: line)
        }
    }

    /// The number behind the version; 0 when there is none.
    private static func status(in line: UnsafeRawBufferPointer) -> Int {
        let rest = line.drop { $0 != 0x20 }.drop { $0 == 0x20 }
        return rest.prefix { (0x30...0x39).contains($0) }.prefix(9).reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// Takes one chunk of the answer's body.
    ///
    /// - Returns: How many bytes were taken, or libcurl's mark for "pause".
    func receive(chunk: UnsafeRawBufferPointer) -> Int {
        guard status > 0 else {
            strangeStart = Array(chunk.prefix(64))
            return -1
        }
        if case .stream(_, let buffer) = sink {
            if buffer.offer(Array(chunk)) { return chunk.count }
            hold()
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        guard body.count + chunk.count <= sizeLimit else {
            isTooLarge = true
            return -1
        }
        body.append(contentsOf: chunk)
        return chunk.count
    }

    /// Notes that it begins.
    func begin() { start = .now }

    /// The reader holds it up: that is not its server's time.
    private func hold() {
        guard pause == nil, deadline == nil else { return }
        pause = .now
        handle?.limit(to: nil)
    }

    /// The reader goes on.
    func release() {
        guard let since = pause else { return }
        pause = nil
        held += .now - since
        handle?.limit(to: deadline.map { $0 - start } ?? request.timeout + held)
    }

    /// Lets it go on for no longer than a time from now.
    func hurry(within time: Duration) {
        let end = ContinuousClock.now + time
        guard end < min(deadline ?? end + time, start + request.timeout + held) else { return }
        deadline = end
        handle?.limit(to: end - start)
    }

    /// Hands the result over, once.
    func finish(_ result: Result<Void, any Error>) {
        switch sink {
        case .whole(let continuation):
            continuation.resume(with: result.map { HTTPResponse(status: status, headers: headers, body: body) })
        case .stream(let continuation?, let buffer):
            if case .failure(let error) = result {
                continuation.resume(throwing: error)
            } else {
                giveHead()
                buffer.finish(result)
            }
        case .stream(nil, let buffer):
            buffer.finish(result)
        case nil:
            break
        }
        sink = nil
        makeStream = nil
    }

    private func giveHead() {
        guard case .stream(let continuation?, let buffer) = sink, let makeStream else { return }
        sink = .stream(nil, buffer)
        continuation.resume(returning: makeStream(buffer, status, headers))
    }
}
