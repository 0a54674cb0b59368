import Platform
import Basics
import DSPyCore
import OrderedJSON

/// The way to a server that is a program of ours.
final class MCPProcessChannel: MCPChannel {
    private let process: LineProcess

    private init(_ process: LineProcess) { self.process = process }

    /// Starts the program.
    ///
    /// - Throws: `ToolError`.
    static func open(
        _ command: [String], name: String, options: MCPClient.Options, supervisor: ProcessSupervisor,
        session: MCPSession
    ) async throws -> MCPProcessChannel {
        try await BlockingThread.run { _ in
            let folder = options.folder.map { SystemPath.resolved($0) ?? $0 }
            guard let executable = Executable.find(command[0], folder: folder) else {
                throw ToolError(
                    "FileNotFoundError",
                    "the MCP server `\(name)`: there is no program \(command[0]); install it, or check PATH")
            }
            let environment = Environment.passing(options.environment)
                .merging(options.variables) { $1 }
            let plan = SupervisedProcess.Plan(
                executable: executable, arguments: command, environment: environment, folder: folder)
            do throws(ProcessFailure) {
                let process = try LineProcess(plan, supervisor: supervisor, lineLimit: MCPSession.messageLimit) {
                    [weak session] line in
                    session?.receive(line)
                } onEnd: { [weak session] end in
                    let words = end.lastErrors.isEmpty ? "" : ": \(end.lastErrors)"
                    let reason =
                        end.isLineTooLong
                        ? "sent a message of more than \(MCPSession.messageLimit) bytes"
                        : "ended (status \(end.status))\(words)"
                    session?.end(ToolError("RuntimeError", "the MCP server `\(name)` \(reason)"))
                }
                return MCPProcessChannel(process)
            } catch {
                throw ToolError(error.kind, "the MCP server `\(name)`: \(error.description)")
            }
        }
    }

    func send(_ message: JSON) async throws -> Bool {
        var bytes: [UInt8] = []
        message.write(into: &bytes)
        process.send(bytes)
        return false
    }

    func agree(on version: String) {}

    func close() async { await process.close() }
}
