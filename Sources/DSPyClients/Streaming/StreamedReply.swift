import Basics
import DSPyCore
import OrderedJSON
import Transport

/// The body of an answer to a request for a stream: server-sent events, or what came in their place.
///
/// Servers that do not stream answer in JSON, and gateways with pages, under whichever content type; so the first byte tells
/// which it is. Chunks may have any size.
struct StreamedReply: Sendable {
    private enum Shape {
        case unknown
        case events
        case whole
    }

    private let dialect: any ModelDialect
    private let options: JSONObject
    private let model: String
    private var shape = Shape.unknown
    private var parser = ServerSentEventParser(takesBareJSON: true)
    private var reader: any ModelStreamReader
    /// The body so far; of events only as long as there was none.
    private var body: [UInt8] = []
    private var hasEvents = false
    private var told = 0

    /// How many bytes of text a streamed answer may have.
    private static let textLimit = 16 << 20
    /// How many bytes a body that is no stream may have.
    private let bodyLimit: Int
    /// How much is kept of what is not known to be anything.
    private static let startLimit = 1 << 20

    /// A reader of one answer.
    init(dialect: any ModelDialect, options: JSONObject, model: String, bodyLimit: Int = 64 << 20) {
        self.bodyLimit = bodyLimit
        self.dialect = dialect
        self.options = options
        self.model = model
        reader = dialect.streamReader(options: options, model: model)
    }

    /// Whether the answer is complete; what follows can only add to its account.
    var isComplete: Bool { reader.isComplete }
    /// Whether nothing follows that anybody waits for.
    var isOver: Bool { reader.isOver }

    /// Takes the next chunk.
    mutating func take(_ chunk: [UInt8]) throws -> [LMStreamEvent] {
        var chunk = chunk
        if shape == .unknown {
            // Behind the first few bytes, what is still unknown is white space alone.
            let isShort = body.count < 8
            shape = Self.shape(of: isShort ? body + chunk : chunk)
            if isShort, shape != .unknown {
                chunk = body + chunk
                body = []
            }
        }
        if shape != .events || !hasEvents && body.count < Self.startLimit {
            body += chunk
            guard body.count <= bodyLimit else {
                throw LMError(.badReply, "the reply has more than \(bodyLimit) bytes")
            }
        }
        return shape == .events ? try take(try parser.feed(chunk)) : []
    }

    /// What a body is, by its first byte that is no white space.
    private static func shape(of start: [UInt8]) -> Shape {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = start.starts(with: mark) ? start.dropFirst(3) : start[...]
        guard !(text.count < 3 && !text.isEmpty && mark.starts(with: text)) else { return .unknown }
        switch text.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) {
        case nil: return .unknown
        // The last three begin UTF-16 and UTF-32.
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "<"), 0, 0xFE, 0xFF: return .whole
        default: return .events
        }
    }

    private mutating func take(_ events: [ServerSentEvent]) throws -> [LMStreamEvent] {
        var news: [LMStreamEvent] = []
        for event in events where !event.isBlank {
            if event.isBare, (try? JSON(parsing: event.data, options: .python)) == nil { continue }
            if !hasEvents {
                hasEvents = true
                body = []
            }
            news += try reader.take(event)
        }
        told += news.reduce(0) { $0 + $1.size }
        guard told <= Self.textLimit else {
            throw LMError(
                .badReply,
                "the streamed reply has more than \(Self.textLimit >> 20) MiB of text; the model does not come to an end"
            )
        }
        return news
    }

    /// The body is over.
    ///
    /// - Parameter head: The reply's status and header fields.
    /// - Returns: What the end tells, and the whole answer.
    mutating func finish(_ head: HTTPResponse) throws -> (news: [LMStreamEvent], answer: LMResponse, isUntold: Bool) {
        var news: [LMStreamEvent] = []
        if shape == .events { news = try take(try parser.finish()) }
        if hasEvents || said.allSatisfy(\.isSpace) { return (news, try reader.finish(), false) }
        var head = head
        head.body = said
        let answer = try ReplyReader(dialect: dialect, options: options, model: model).answer(in: head)
        return ([], answer, true)
    }

    /// What came, without the comments by which servers keep a connection open.
    private var said: [UInt8] {
        guard shape == .events else { return body }
        let lines = body.split(separator: 0x0A).filter { $0.first != UInt8(ascii: ":") }
        return Array(lines.joined(separator: [0x0A]))
    }
}

extension UInt8 {
    fileprivate var isSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}

extension LMStreamEvent {
    /// How many bytes it adds to the answer.
    fileprivate var size: Int {
        switch self {
        case .text(let text), .reasoning(let text), .toolCall(_, _, _, let text): text.utf8.count
        case .start, .restart: 0
        }
    }
}
