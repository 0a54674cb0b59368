import Basics
import DSPyTools
import TestSupport
import Testing

@testable import DSPyProgram

@Suite("Asking for what a program needs")
struct PermissionTests {
    private static let far = Need(
        what: "the model wants far", capability: .network(host: "far.example", port: 443), isRequired: true)
    private static let tool = Need(what: "the tool wants rg", capability: .run("rg"), isRequired: false)

    /// Asks, with one answer for all questions; what was asked, warned of and granted.
    private static func ask(
        _ needs: [Need], _ grants: Grants = .none, answer: Bool?, tells: Bool = true
    ) -> (asked: [String], warned: [String], grants: Grants, error: ProgramError?) {
        let (asked, warned) = (Shared<[String]>([]), Shared<[String]>([]))
        var messages = RunMessages()
        messages.warn = { text in warned.withLock { $0.append(text) } }
        messages.ask = { text in
            asked.withLock { $0.append(text) }
            return answer
        }
        var permission = Permission(grants, messages)
        var error: ProgramError?
        do { try permission.ask(for: needs, tells: tells) } catch let refusal as ProgramError { error = refusal } catch
        {
            Issue.record("\(error)")
        }
        return (asked.withLock { $0 }, warned.withLock { $0 }, permission.grants, error)
    }

    @Test("what is allowed already is not asked for")
    func granted() throws {
        let found = Self.ask([Self.far, Self.tool], try Grants(["net:far.example", "run:rg"]), answer: nil)
        #expect(found.asked.isEmpty && found.warned.isEmpty && found.error == nil)
    }

    @Test("a yes grants exactly what was asked for")
    func yes() {
        let found = Self.ask([Self.far, Self.tool], answer: true)
        #expect(found.asked.count == 2 && found.asked[0] == "the model wants far. Allow it (net:far.example)? [y/N] ")
        #expect(found.error == nil && found.grants.allows(Self.far.capability) && found.grants.allows(.run("rg")))
        #expect(!found.grants.allows(.run("sh")) && !found.grants.allows(.network(host: "near.example", port: 443)))
    }

    @Test("what the program cannot run without is refused in words that say how to allow it", arguments: [false, nil])
    func required(answer: Bool?) {
        let found = Self.ask([Self.tool, Self.far], answer: answer)
        #expect(found.error?.reason == .notAllowed && found.grants == .none)
        #expect(found.error?.missing == ["net:far.example"])
        #expect(found.error?.description.contains(#"allow it with `allow: ["net:far.example"]`"#) == true)
        #expect(found.error?.description.contains("run:rg") == false)
    }

    @Test(
        "a tool without a grant stops nothing; where nobody answers a warning tells it, unless it is told elsewhere",
        arguments: [(false, true, 0), (nil, true, 1), (nil, false, 0)] as [(Bool?, Bool, Int)])
    func optional(answer: Bool?, tells: Bool, warnings: Int) {
        let found = Self.ask([Self.tool], answer: answer, tells: tells)
        #expect(found.error == nil && found.warned.count == warnings && !found.grants.allows(.run("rg")))
    }

    @Test("one thing is asked for once, with all who want it; it is required if one of them requires it")
    func joined() {
        func need(_ what: String, isRequired: Bool = false) -> Need {
            Need(what: what, capability: .run("rg"), isRequired: isRequired)
        }
        let joined = [need("a"), Self.far, need("b", isRequired: true), need("a"), need("b")].joined
        #expect(joined.map(\.what) == ["a; b", "the model wants far"])
        #expect(joined.map(\.isRequired) == [true, true])
    }
}
