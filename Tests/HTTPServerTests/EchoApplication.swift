import Synchronization

@testable import HTTPServer

/// Answers by what the path asks for, and remembers how requests ended.
final class EchoApplication: ServerApplication {
    private let list = Mutex<[RequestRecord]>([])
    private let ends = Mutex<[StopSwitch.Reason]>([])
    private let begun = Mutex(0)
    let bodyLimit: Int

    init(bodyLimit: Int = 1000) { self.bodyLimit = bodyLimit }

    var records: [RequestRecord] { list.withLock { $0 } }
    /// How many runs have begun.
    var runs: Int { begun.withLock { $0 } }
    /// Why runs were ended from outside.
    var stops: [StopSwitch.Reason] { ends.withLock { $0 } }

    func screen(_ head: RequestHead) -> Screening {
        if head.path == "/refused" { return .refuse(.text("no\n", status: 403), route: "/refused") }
        return .admit(
            Screening.Admission(
                bodyLimit: bodyLimit, tooLarge: .text("large\n", status: 413), route: head.path ?? "",
                isRun: head.path != "/now"))
    }

    func reply(to request: ServerRequest, _ screened: Screening.Admission) -> Reply {
        let body = Answer(200, [("X-Method", request.head.method)], body: .whole(request.body))
        switch request.head.path {
        case "/now": return .now(body)
        case "/later": return .later { body }
        case "/wait":
            return .later {
                self.begin()
                do {
                    try await request.stop.run { try await Task.sleep(for: .seconds(60)) }
                    return .text("slept\n")
                } catch {
                    self.note(request.stop)
                    return .text("stopped\n", status: 504)
                }
            }
        case "/pieces", "/endless":
            let isEndless = request.head.path == "/endless"
            return .later {
                Answer(
                    200,
                    body: .pieces(
                        Answer.Pieces(ping: Array(": ping\n".utf8)) { writer in
                            self.begin()
                            do {
                                for number in 0..<(isEndless ? Int.max : 3) {
                                    try await writer.write(Array("piece \(number)\n".utf8))
                                }
                            } catch {
                                self.note(request.stop)
                            }
                        }))
            }
        case "/refusing":
            return .later {
                Answer(
                    200,
                    body: .pieces(Answer.Pieces { writer in _ = writer.refuse(.text("instead\n", status: 502)) }))
            }
        case "/silent":
            return .later {
                Answer(
                    200,
                    body: .pieces(
                        Answer.Pieces(ping: Array(": ping\n".utf8)) { writer in
                            self.begin()
                            do {
                                try await request.stop.run { try await Task.sleep(for: .seconds(60)) }
                            } catch {
                                self.note(request.stop)
                                try? await writer.write(Array("end\n".utf8))
                            }
                        }))
            }
        default: return .now(.text("not found\n", status: 404))
        }
    }

    private func begin() { begun.withLock { $0 += 1 } }

    private func note(_ stop: StopSwitch) { ends.withLock { $0.append(stop.reason ?? .left) } }

    func ended(_ record: RequestRecord) { list.withLock { $0.append(record) } }
}
