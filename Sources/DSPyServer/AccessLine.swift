package import HTTPServer
package import OrderedJSON

/// A request that is over, as a line of the access log; no query, body, token or address of a client is in it.
package struct AccessLine: Sendable {
    package let record: RequestRecord

    /// - Parameter time: When, as RFC 3339 writes it.
    package func json(at time: String) -> JSON {
        [
            "time": .string(time), "request_id": .string(record.id), "method": .string(record.method),
            "route": .string(record.route), "program": record.program.map { .string($0) } ?? .null,
            "status": .int(record.status), "code": record.code.map { .string($0) } ?? .null,
            "ms": .double(((record.duration / .microseconds(1)).rounded(.down)) / 1000),
            "bytes_in": .int(record.bytesIn), "bytes_out": .int(record.bytesOut),
        ]
    }
}
