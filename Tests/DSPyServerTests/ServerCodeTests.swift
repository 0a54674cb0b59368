import TestSupport
import Testing

@testable import DSPyServer

@Suite("What a server says beside the codes of a run")
struct ServerCodeTests {
    @Test("docs/errors.md lists every code with its status, docs/serving.md names it")
    func documented() throws {
        let errors = try #require(Golden.text(of: Golden.repository + "/docs/errors.md"))
        let rows =
            errors.split(separator: "## Of a server").last?.split(separator: "\n").filter { $0.hasPrefix("| `") } ?? []
        let told = rows.map { $0.split(separator: "|").map { $0.trimming() } }
        #expect(told.map { $0[0] } == ServerCode.allCases.map { "`\($0.rawValue)`" })
        #expect(told.map { $0[2] } == ServerCode.allCases.map { "\($0.status)" })
    }
}

extension Substring {
    fileprivate func trimming() -> String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
