/// One HTTP answer, whole in memory.
package struct HTTPResponse: Sendable {
    /// The status code.
    package var status: Int
    /// The header fields.
    package var headers: HTTPHeaders
    package var body: [UInt8]

    package init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Whether the status is one of success.
    package var isSuccess: Bool { (200..<300).contains(status) }

    /// The body as text; broken UTF-8 is replaced.
    package var text: String { String(decoding: body, as: UTF8.self) }
}
