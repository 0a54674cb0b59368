import Console
import OrderedJSON
import TestSupport
import Testing

/// `run --stream` in a real terminal: four branches in four panes.
@Suite(
    .enabled(if: Conditions.has("tmux"), "tmux is not installed: apt-get install tmux"), .serialized,
    .timeLimit(.minutes(5)))
struct StreamPanes {
    private let folder: TemporaryFolder
    private let command =
        "\(ToolRun.path()) run \(Golden.repository)/programs/four-views issue=売上 --lm scripted/s.json --stream"

    init() throws { folder = try TemporaryFolder() }

    /// What each branch answers, by the words of its instructions.
    private static let texts = [
        "Think deeper": "売上が落ちた原因を問い続けると、新しい顧客が商品を知る機会が減ったことに行き着く。🎉 広告を止めた時期と重なっている。",
        "Think wider": "別の見方をすれば、顧客の選び方が変わったしるしでもある。競合のshopでは、同じ商品が３割安い。",
        "structure of the issue": "売上 = 客数 × 単価 × 頻度。\n頻度だけが半分になった。",
        "time axis": "春に広告を止め、夏に在庫が切れ、秋に常連が離れた。",
    ]

    /// What becomes of the second branch.
    private enum Ending { case end, hold, failure }

    /// Writes the script: every three characters after a pause, all but the last branch held in the middle or not.
    private func script(_ ending: Ending) throws {
        var rules = JSONObject()
        for (words, text) in Self.texts {
            var pieces: [JSON] = ["[[ ## insight ## ]]\n"]
            let all = Array(text)
            for place in stride(from: 0, to: all.count, by: 3) {
                if place >= all.count / 2, words != "time axis" {
                    if ending == .failure, words == "Think wider" {
                        pieces.append(["error": "invalid_request", "message": "the model refuses"])
                        break
                    }
                    if ending != .end { pieces += ["\nso far", ["pause": 3600]] }
                }
                pieces += [["pause": 0.002], .string(String(all[place..<min(place + 3, all.count)]))]
            }
            rules[words] = ["stream": .array(pieces)]
        }
        try folder.write(JSON.object(rules).text(), to: "s.json")
    }

    /// The lines of the block, from its first header on.
    private func block(_ lines: [String]) -> [String] { Array(lines.drop { !$0.hasPrefix("深さ · ") }) }

    /// The lines of a block once no branch has more to show.
    private func heldBlock(_ screen: TmuxScreen, columns: Int) async throws -> [String] {
        let names = ["深さ", "広さ", "構造", "時間"]
        let across = PaneBoard.columns(width: columns, panes: 4)
        return block(
            try await screen.wait { lines in
                let block = self.block(lines)
                let headers = block.filter { line in names.contains { line.hasPrefix($0 + " · ") } }
                let isLaidOut =
                    headers.map { $0.split(separator: "│").count } == Array(repeating: across, count: 4 / across)
                return isLaidOut && headers.joined().contains("時間 · done")
                    && block.joined().ranges(of: "so far").count == 3
            })
    }

    @Test(
        "two panes stand beside each other from 72 columns, four from 144, and no line is wider than the terminal",
        arguments: [(72, 24), (80, 24), (120, 40), (200, 50)])
    func grid(columns: Int, rows: Int) async throws {
        try script(.hold)
        let screen = try await TmuxScreen(columns: columns, rows: rows, in: folder)
        try await screen.type("clear; \(command)")
        let block = try await heldBlock(screen, columns: columns)
        #expect(block.allSatisfy { DisplayWidth.of($0) < columns })
        let across = PaneBoard.columns(width: columns, panes: 4)
        let edges = block.filter { !$0.isEmpty }.map { line in
            line.enumerated().filter { $1 == "│" }.map { DisplayWidth.of(String(line.prefix($0.offset))) }
        }
        #expect(Set(edges).count == 1 && edges.first?.count == across - 1, "\(block)")
        for state in [
            "深さ · streaming · ", "広さ · streaming · ", "構造 · streaming · ", "時間 · done · ",
        ] {
            let header = block.joined().firstRange(of: state).map { block.joined()[$0.upperBound...] }
            #expect(header?.prefix { $0 != "│" }.contains(" tok") == true, "\(block)")
        }
    }

    @Test("a terminal of another size gets the panes laid out anew")
    func resize() async throws {
        try script(.hold)
        let screen = try await TmuxScreen(columns: 80, rows: 30, in: folder)
        try await screen.type("clear; \(command)")
        for columns in [80, 150, 60, 100] {
            try await screen.resize(columns: columns, rows: 30)
            let block = try await heldBlock(screen, columns: columns)
            #expect(block.allSatisfy { DisplayWidth.of($0) < columns })
            #expect(block.joined(separator: "\n").ranges(of: "深さ · ").count == 1, "\(block)")
        }
    }

    @Test("at the end the whole texts stand in place of the panes, and the shell goes on below")
    func end() async throws {
        try script(.end)
        let screen = try await TmuxScreen(columns: 80, rows: 40, in: folder)
        try await screen.type("clear; \(command)")
        let lines = try await screen.atPrompt()
        #expect(!lines.contains { $0.contains("│") || $0.contains(" · ") })
        let all = lines.joined()
        for text in Self.texts.values { #expect(all.contains(text.split(separator: "\n").joined()), "\(lines)") }
        let titles = ["depth.insight:", "breadth.insight:", "structure.insight:", "time.insight:"]
        #expect(titles.map { title in lines.count { $0.hasPrefix(title) } } == [1, 1, 1, 1])
        #expect(try await screen.modes() == "cursor 1, modes 000000, wrap 1")
    }

    @Test("where one branch fails, what all have said stays, with how each ended")
    func failure() async throws {
        try script(.failure)
        let screen = try await TmuxScreen(columns: 100, rows: 40, in: folder)
        try await screen.type("clear; \(command); echo status $?")
        let lines = try await screen.atPrompt()
        #expect(lines.contains("広さ (failed):") && lines.contains("深さ (stopped):"), "\(lines)")
        #expect(
            lines.contains("dspy-swift: LMInvalidRequestError: scripted/s.json: invalid_request: the model refuses")
        )
        #expect(lines.contains("status 1"))
        #expect(!lines.contains { $0.contains("│") })
    }

    @Test("after Ctrl-C the texts so far stay, and the terminal is as it was")
    func interrupt() async throws {
        try script(.hold)
        let screen = try await TmuxScreen(columns: 80, rows: 40, in: folder)
        try await screen.type("clear; \(command)")
        _ = try await heldBlock(screen, columns: 80)
        try await screen.press("C-c")
        let lines = try await screen.atPrompt()
        #expect(lines.contains("深さ (stopped):") && lines.contains("時間:"), "\(lines)")
        #expect(lines.contains("dspy-swift: stopped by SIGINT; the call was cancelled"))
        #expect(!lines.contains { $0.contains("│") })
        #expect(try await screen.modes() == "cursor 1, modes 000000, wrap 1")
        try await screen.type("echo status $?")
        #expect(try await screen.wait { $0.contains("status 130") }.last == "ready>")
    }
}
