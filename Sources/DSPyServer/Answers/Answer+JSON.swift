import HTTPServer
import OrderedJSON

extension Answer {
    /// JSON, which no cache keeps.
    static func json(_ status: Int, _ body: JSON) -> Answer {
        var bytes: [UInt8] = []
        body.write(into: &bytes)
        return json(status, bytes)
    }

    /// JSON that is written already.
    static func json(_ status: Int, _ bytes: [UInt8]) -> Answer {
        Answer(
            status, [("Content-Type", "application/json"), ("Cache-Control", "no-store")], body: .whole(bytes))
    }

    /// `{"detail":…}`, with a code where there is one.
    static func detail(_ status: Int, _ text: String, code: String? = nil) -> Answer {
        var body: JSONObject = ["detail": .string(text)]
        body["code"] = code.map { .string($0) }
        var answer = json(status, .object(body))
        answer.note = code
        return answer
    }
}
