import Basics
import TestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One run of the whole binary in a fresh folder, with an environment of its own.
struct ToolRun {
    /// Its exit code; a signal counts as 128 and its number.
    let code: Int32
    /// What it wrote to standard output.
    let output: String
    /// What it wrote to standard error.
    let errors: String

    /// The binary: the one named by `DSPY_SWIFT_RELEASE`, so that what users get is what is tested; without it the one
    /// built beside the tests.
    static func path() -> String {
        Golden.environment("DSPY_SWIFT_RELEASE") ?? executableFolder + "/dspy-swift"
    }

    private static let executableFolder: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return "/" + path.split(separator: "/").dropLast().joined(separator: "/")
    }()

    /// Runs the binary.
    ///
    /// - Parameters:
    ///   - input: What standard input holds; nil for nothing at all (`/dev/null`).
    ///   - folder: The working folder.
    ///   - environment: Variables beside PATH and HOME.
    ///   - output: Where standard output goes instead of a file that is read afterwards.
    ///   - onStart: Gets the process id.
    static func run(
        _ arguments: [String], input: String? = nil, in folder: TemporaryFolder,
        environment: [String: String] = [:], output: String? = nil,
        onStart: (@Sendable (pid_t) -> Void)? = nil
    ) async throws -> ToolRun {
        let scratch = try TemporaryFolder()
        let stdin = input == nil ? "/dev/null" : try scratch.write(input ?? "", to: "in")
        let stdout = output ?? scratch.path + "/out"
        let stderr = scratch.path + "/err"
        var variables = [
            "PATH": Golden.environment("PATH") ?? "/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8",
            "XDG_CACHE_HOME": folder.path + "/.cache",
        ]
        variables.merge(environment) { $1 }
        // `env -C` changes the folder and then becomes the binary, under the same process id.
        let pid = try spawn(
            ["/usr/bin/env", "-C", folder.path, path()] + arguments, variables, stdin: stdin,
            stdout: stdout, stderr: stderr)
        onStart?(pid)
        let code = await wait(for: pid)
        return ToolRun(
            code: code, output: Golden.text(of: output == nil ? stdout : "/dev/null") ?? "",
            errors: Golden.text(of: stderr) ?? "")
    }

    /// Runs a bash script in a folder.
    static func shell(_ script: String, in folder: TemporaryFolder) async throws -> ToolRun {
        let scratch = try TemporaryFolder()
        let (stdout, stderr) = (scratch.path + "/out", scratch.path + "/err")
        let variables = ["PATH": Golden.environment("PATH") ?? "/usr/bin:/bin", "HOME": folder.path]
        let pid = try spawn(
            ["/usr/bin/env", "-C", folder.path, "bash", "-c", script], variables, stdin: "/dev/null", stdout: stdout,
            stderr: stderr)
        let code = await wait(for: pid)
        return ToolRun(code: code, output: Golden.text(of: stdout) ?? "", errors: Golden.text(of: stderr) ?? "")
    }

    /// The system refused to start it.
    struct Refused: Error { let code: Int32 }

    private static func spawn(
        _ arguments: [String], _ environment: [String: String], stdin: String, stdout: String, stderr: String
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, stdin, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, stdout, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, stderr, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        // The threads of tasks block signals, and a process would inherit that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var pid = pid_t()
        let code = posix_spawn(&pid, arguments[0], &actions, &attributes, &argv, &envp)
        guard code == 0 else { throw Refused(code: code) }
        return pid
    }

    /// Waits on a thread of its own, so that no task blocks.
    private static func wait(for pid: pid_t) async -> Int32 {
        await withCheckedContinuation { continuation in
            _ = SystemThread.start {
                var status: Int32 = 0
                while waitpid(pid, &status, 0) < 0, errno == EINTR {}
                let signal = status & 0x7F
                continuation.resume(returning: signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
            }
        }
    }
}
