import TestSupport
import Testing

/// Little of what a process needs: descriptors, threads, memory; closed streams; pipes where files are meant; signals.
@Suite struct ProcessLimitRules {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(#"{"[[ ## q ## ]]": "[[ ## a ## ]]\nyes"}"#, to: "replies.json")
        try folder.write((1...40).map { "{\"q\": \"\($0)\"}\n" }.joined(), to: "in.jsonl")
    }

    private func shell(_ script: String) async throws -> ToolRun {
        try await ToolRun.shell(script.replacing("TOOL", with: ToolRun.path()), in: folder)
    }

    @Test(
        "too little of something is told, with what is needed",
        arguments: ["-n 8", "-n 14", "-n 20", "-v 200000", "-s 128"])
    func refused(limit: String) async throws {
        let run = try await shell("ulimit \(limit); exec TOOL batch 'q -> a' in.jsonl --lm scripted/replies.json")
        #expect(run.code == 74, "\(run.code) \(run.errors)")
        #expect(run.errors.contains("(ulimit \(limit.prefix(2))") && run.errors.contains("are needed"), "\(run.errors)")
    }

    @Test("a batch takes as many connections as it may open", arguments: [30, 64])
    func descriptors(limit: Int) async throws {
        let rig = try BatchRig(delay: .milliseconds(20))
        defer { rig.stop() }
        let run = try await shell(
            "for n in {3..99}; do eval \"exec $n>&-\"; done; export OPENAI_API_KEY=k; ulimit -n \(limit); exec TOOL batch 'question -> answer' in.jsonl -j 40 --retries 0 "
                + "--field-map q=question -o out.jsonl \(rig.flags.joined(separator: " "))")
        #expect(run.code == 0, "\(run.code) \(run.errors)")
        #expect(Golden.text(of: folder.path + "/out.jsonl")?.ranges(of: #""status": "ok""#).count == 40)
    }

    @Test("with streams closed at the start, no file gets what was meant for them")
    func closedStreams() async throws {
        let batch = try await shell("TOOL batch 'q -> a' in.jsonl --lm scripted/replies.json -o out.jsonl >&- 2>&-")
        #expect(batch.code == 0)
        let rows = try #require(Golden.text(of: folder.path + "/out.jsonl")).split(separator: "\n")
        #expect(rows.count == 40 && rows.allSatisfy { $0.hasPrefix("{") })
        let run = try await shell(
            "TOOL run 'q -> a' q=x --lm scripted/replies.json --record r.jsonl --usage <&- 2>&- && "
                + "TOOL run 'q -> a' q=x --replay r.jsonl")
        #expect(run.code == 0 && run.output.ranges(of: "yes").count == 2, "\(run.errors)")
        // What cannot be written is not taken for written.
        let silent = try await shell("TOOL run 'q -> a' q=x --lm scripted/replies.json >&-")
        #expect(silent.code == 74)
        let unread = try await shell("TOOL run 'q -> a' --lm scripted/replies.json <&-")
        #expect(unread.code == 74, "\(unread.errors)")
    }

    @Test(
        "a pipe or a device where a file of the program is meant is refused, and not waited for",
        arguments: [
            #"{"signature": "q -> a", "instructions": {"file": "pipe"}}"#, #"{"signature": "q -> a", "demos": "pipe"}"#,
            #"{"steps": [{"program": "pipe"}]}"#,
        ])
    func pipes(program: String) async throws {
        try folder.write(program, to: "p.json")
        for command in ["check", "show", "run"] {
            let run = try await shell("mkfifo pipe; timeout 10 TOOL \(command) p.json </dev/null")
            #expect(run.code == 65, "\(run.code) \(run.errors)")
            #expect(run.errors.contains("is no plain file"), "\(run.errors)")
            _ = try await shell("rm pipe")
        }
    }

    @Test("neither is one as program, script or configuration; inputs may come from one")
    func otherPipes() async throws {
        for line in ["check pipe", "fmt pipe", "run pipe q=x", "run 'q -> a' q=x --lm scripted/pipe"] {
            let run = try await shell("mkfifo pipe 2>/dev/null; timeout 10 TOOL \(line) </dev/null")
            #expect(
                [1, 66].contains(run.code) && run.errors.contains("no plain file"), "\(line): \(run.code) \(run.errors)"
            )
        }
        let configured = try await shell(
            "mkfifo dspy-swift.json; timeout 10 TOOL run 'q -> a' q=x --lm scripted/replies.json; code=$?; "
                + "rm dspy-swift.json; exit $code")
        #expect(configured.code == 66, "\(configured.errors)")
        let substituted = try await shell(
            "TOOL run 'q -> a' -i <(echo '{\"q\": \"x\"}') --lm scripted/replies.json && "
                + "TOOL batch 'q -> a' <(cat in.jsonl) --lm scripted/replies.json | wc -l")
        #expect(substituted.code == 0 && substituted.output.contains("40"), "\(substituted.errors)")
    }

    @Test("very many findings are counted, not told, and take no time")
    func findings() async throws {
        let keys = (0..<20_000).map { "\"key\($0)\": 1" }.joined(separator: ", ")
        try folder.write("{\"signature\": \"q -> a\", \(keys)}", to: "p.json")
        let run = try await shell("TOOL check p.json")
        #expect(run.code == 65)
        #expect(run.errors.ranges(of: "unknown key").count == 100)
        #expect(run.errors.contains("… and 19900 more"), "\(run.errors.suffix(200))")
        let json = try await shell("TOOL check --format json p.json")
        #expect(json.output.contains("\"more_findings\": 19900"))
    }

    /// Waits until the process has said what SIGTERM and SIGINT mean to it, and a little more.
    private static let untilWatched = """
        until [ $(( 0x$(awk '/SigCgt/ {print $2}' /proc/$pid/status) & 0x4002 )) = $((0x4002)) ]; do sleep .05; done; sleep .5
        """

    @Test("the first signal ends a run that does not look up", arguments: [("TERM", 143), ("INT", 130)])
    func signal(name: String, code: Int) async throws {
        // A stream into a pipe that somebody holds open and nobody reads waits for ever.
        try folder.write("[\"[[ ## a ## ]]\\n\(String(repeating: "x", count: 300_000))\"]", to: "big.json")
        let run = try await shell(
            """
            set -m; mkfifo out; exec 5<>out; timeout 1 dd if=/dev/zero bs=4096 >&5 2>/dev/null
            TOOL run 'q -> a' q=x --lm scripted/big.json --stream=text >&5 & pid=$!
            \(Self.untilWatched); kill -\(name) $pid; timeout 20 tail --pid=$pid -f /dev/null; wait $pid
            """)
        #expect(run.code == code, "\(run.code) \(run.errors)")
        #expect(run.errors.contains("stopped by SIG\(name)"), "\(run.errors)")
    }

    @Test("the first signal ends a batch whose rows nobody reads, once the grace is over")
    func batchSignal() async throws {
        try folder.write(
            (1...2000).map { "{\"q\": \"\($0) \(String(repeating: "x", count: 200))\"}\n" }.joined(), to: "big.jsonl")
        let run = try await shell(
            """
            set -m; mkfifo out; exec 5<>out; timeout 1 dd if=/dev/zero bs=4096 >&5 2>/dev/null
            TOOL batch 'q -> a' big.jsonl --lm scripted/replies.json --grace 0 >&5 & pid=$!
            \(Self.untilWatched); kill -TERM $pid; timeout 20 tail --pid=$pid -f /dev/null; wait $pid
            """)
        #expect(run.code == 143, "\(run.code) \(run.errors)")
        #expect(run.errors.contains("it did not end by itself"), "\(run.errors)")
    }

    @Test("no image of the memory is left behind: keys are in it")
    func core() async throws {
        let run = try await shell(
            """
            ulimit -c 1000; mkfifo rows; exec 6<>rows
            TOOL batch 'q -> a' --lm scripted/replies.json <&6 & pid=$!
            for i in {1..200}; do grep -q 'core file size  *0 ' /proc/$pid/limits && break; sleep .05; done
            grep 'core file size' /proc/$pid/limits; kill -9 $pid
            """)
        #expect(run.output.split(separator: " ").contains("0"), "\(run.output)")
    }
}
