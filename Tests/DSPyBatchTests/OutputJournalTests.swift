import OrderedJSON
import Platform
import TestSupport
import Testing

@testable import DSPyBatch

@Suite("Opening an output")
struct OutputJournalTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path + "/out.jsonl" }
    private static let whole = JournalScanTests.line(1) + "\n" + JournalScanTests.line(2, ok: false) + "\n"

    init() throws { folder = try TemporaryFolder() }

    private static func manifest(_ model: JSON = "m", input: JSONObject = ["path": "in"]) -> Manifest {
        Manifest(fingerprint: ["model": model], input: input, version: "1", pid: 4711)
    }

    /// Opens the output once it holds a text that was made by a model.
    @discardableResult
    private func open(
        _ text: String?, madeBy maker: JSON? = "m", _ policy: OutputJournal.Policy, as manifest: Manifest = manifest()
    ) throws -> OutputJournal {
        if let text { try folder.write(text, to: "out.jsonl") }
        if let maker { try Self.manifest(maker).write(for: path) }
        return try OutputJournal(path: path, policy: policy, manifest: manifest, input: nil)
    }

    private func failure(_ body: () throws -> Void) -> BatchFailure? {
        #expect(throws: BatchFailure.self) { try body() }
    }

    private var text: String? { Golden.text(of: path) }
    private static let resume = OutputJournal.Policy.resume(redoFailed: false)
    private static let forced = OutputJournal.Policy.resume(redoFailed: false, force: true)

    @Test("an output that is not there, or empty, is taken under any policy, and says what makes it")
    func fresh() throws {
        for policy in [.refuse, Self.resume, Self.forced, .overwrite] {
            for text in [nil, ""] {
                let journal = try open(text, madeBy: nil, policy)
                #expect(journal.scan == nil && journal.notice == nil && !journal.inputHasChanged)
                #expect(Manifest.read(for: path) == Self.manifest())
            }
        }
    }

    @Test("an output that holds something is refused, and stays as it is")
    func refused() throws {
        guard case .exists(path)? = failure({ try open(Self.whole, .refuse) }) else {
            Issue.record("it is taken")
            return
        }
        #expect(text == Self.whole)
    }

    @Test("an output that is overwritten is empty, and its lines are counted for a person")
    func overwritten() throws {
        let journal = try open(Self.whole, madeBy: "other", .overwrite)
        #expect(text == "" && journal.scan == nil && journal.notice?.contains("2 lines") == true)
        #expect(Manifest.read(for: path) == Self.manifest())
    }

    @Test("a run goes on with the rows of one that was made alike; their places may have moved with another input")
    func resumed() throws {
        for input in ["in", "other"] as [JSON] {
            let journal = try open(Self.whole, Self.resume, as: Self.manifest(input: ["path": input]))
            #expect(journal.scan?.ok == [1] && journal.scan?.failures == [2: 1] && text == Self.whole)
            #expect(journal.notice == nil && journal.inputHasChanged == (input == "other"))
        }
    }

    @Test("half a line is cut, and a whole one gets its line feed, so that rows can follow")
    func torn() throws {
        #expect(try open(Self.whole + #"{"index": 3, "li"#, Self.resume).scan?.ok == [1])
        #expect(text == Self.whole)
        try open(String(Self.whole.dropLast()), Self.resume)
        #expect(text == Self.whole)
    }

    @Test("rows of another model are refused in words, and kept as they are; force takes them and says so")
    func mismatch() throws {
        let torn = Self.whole + "half"
        guard case .mismatch(path, let differences)? = failure({ try open(torn, madeBy: "other", Self.resume) }) else {
            Issue.record("they are taken")
            return
        }
        #expect(differences == [#"model was "other", is "m""#] && text == torn)
        let journal = try open(torn, madeBy: "other", Self.forced)
        #expect(journal.scan?.ok == [1] && text == Self.whole)
        #expect(journal.notice?.contains(#"model was "other", is "m""#) == true)
    }

    @Test("rows of which nothing tells what made them are refused; force takes them and says so")
    func unknown() throws {
        for (maker, isThere) in [(nil, false), ("{torn", true)] as [(String?, Bool)] {
            if let maker { try folder.write(maker, to: "out.jsonl.run.json") }
            let error = failure { try open(Self.whole, madeBy: nil, Self.resume) }
            guard case .unknownMaker(path, isThere)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try open(Self.whole, madeBy: nil, Self.forced).notice?.contains("--force") == true)
        }
    }

    @Test("an output with lines that are no rows is refused, force or not")
    func strange() throws {
        for policy in [Self.resume, Self.forced] {
            let error = failure { try open(Self.whole + "hello\n", policy) }
            guard case .strange(path, _)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect("\(error.map { "\($0)" } ?? "")".contains("line 3 is no row of a batch"))
            #expect(text == Self.whole + "hello\n")
        }
    }

    @Test("what somebody else has put in the manifest's place is not overwritten")
    func foreign() throws {
        try folder.write("my notes", to: "out.jsonl.run.json")
        guard case .foreign? = failure({ try open("", madeBy: nil, .overwrite) }) else {
            Issue.record("it is taken")
            return
        }
        #expect(Golden.text(of: path + ".run.json") == "my notes")
    }

    @Test("two runs do not write one output: the second hears who has it")
    func inUse() throws {
        let first = try open(nil, madeBy: nil, .refuse)
        guard case .inUse(path, 4711?)? = failure({ try open(nil, madeBy: nil, Self.resume) }) else {
            Issue.record("both write it")
            return
        }
        #expect(first.scan == nil)
    }

    @Test("the input is no output")
    func input() throws {
        let input = try OpenFile(folder.write("{}\n", to: "out.jsonl"), for: .reading)
        defer { input.close() }
        let error = failure {
            _ = try OutputJournal(path: path, policy: .overwrite, manifest: Self.manifest(), input: input)
        }
        guard case .isInput(path)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text == "{}\n")
    }
}
