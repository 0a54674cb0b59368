import TestSupport

/// A real terminal of a fixed size with a shell in it: tmux with a socket of its own, which ends with this value.
final class TmuxScreen: Sendable {
    private let folder: TemporaryFolder
    private let server: Int32
    /// What the shell prints when it waits.
    private let prompt = "ready> "

    /// Starts it, and waits for the shell.
    init(columns: Int, rows: Int, in folder: TemporaryFolder) async throws {
        self.folder = folder
        let number = try await Self.tmux(
            "new-session -d -P -F '#{pid}' -x \(columns) -y \(rows) \"env -i PATH='$PATH' HOME='$PWD' LANG=C.UTF-8 "
                + "TERM=screen NO_COLOR=1 PS1='\(prompt)' bash --norc --noprofile -i\"", in: folder)
        guard let server = Int32(number.trimmingEnd) else { throw Failed(errors: number) }
        self.server = server
        _ = try await wait { $0.last == prompt.trimmingEnd }
    }

    deinit { Signal.send(15, to: server) }

    private struct Failed: Error { let errors: String }

    /// Runs a tmux command; gives what it prints.
    private static func tmux(_ command: String, in folder: TemporaryFolder) async throws -> String {
        let run = try await ToolRun.shell(
            "LANG=C.UTF-8 tmux -S '\(folder.path)/tmux' -f /dev/null \(command)", in: folder)
        guard run.code == 0 else { throw Failed(errors: run.errors) }
        return run.output
    }

    @discardableResult
    private func tmux(_ command: String) async throws -> String { try await Self.tmux(command, in: folder) }

    /// Types a line and the return key.
    func type(_ line: String) async throws {
        try folder.write(line, to: "typed")
        try await tmux("send-keys -l \"$(cat typed)\"")
        try await tmux("send-keys Enter")
    }

    /// Presses a key.
    func press(_ key: String) async throws { try await tmux("send-keys \(key)") }

    /// Gives the terminal another size.
    func resize(columns: Int, rows: Int) async throws { try await tmux("resize-window -x \(columns) -y \(rows)") }

    /// The lines on the screen, without spaces at their ends and empty lines at the end.
    func lines() async throws -> [String] {
        var lines = try await tmux("capture-pane -p").split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0).trimmingEnd }
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    /// Looks again and again until the screen is as wanted; gives it then.
    func wait(for isWanted: ([String]) -> Bool) async throws -> [String] {
        while true {
            let lines = try await lines()
            if isWanted(lines) { return lines }
            try Task.checkCancellation()
        }
    }

    /// The screen once the shell waits again.
    func atPrompt() async throws -> [String] { try await wait { $0.last == prompt.trimmingEnd && $0.count > 1 } }

    /// Whether the cursor is visible, and whether a mode is set that a shell does not expect.
    func modes() async throws -> String {
        try await tmux(
            "display-message -p 'cursor #{cursor_flag}, modes #{alternate_on}#{insert_flag}#{origin_flag}"
                + "#{keypad_flag}#{keypad_cursor_flag}#{mouse_any_flag}, wrap #{wrap_flag}'"
        ).trimmingEnd
    }
}

extension String {
    /// Without spaces and line ends at the end.
    var trimmingEnd: String {
        var text = self[...]
        while text.last == " " || text.last == "\n" { text.removeLast() }
        return String(text)
    }
}
