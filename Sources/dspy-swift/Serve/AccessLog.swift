import DSPyServer
import OrderedJSON
import Platform

/// A JSON line for each request, in a file or on standard error.
final class AccessLog: Sendable {
    private let file: LineFile?
    private let queue = LineQueue("access-log")

    /// A log; nil where none is wanted.
    init?(_ path: String?, _ messages: Messages) throws {
        guard let path else { return nil }
        guard path != "-" else {
            file = nil
            return
        }
        do throws(LineFile.Refusal) {
            file = try LineFile(
                "access log", at: path, .append, escaping: Terminal.escaping, failed: { messages.insist($0) })
        } catch {
            throw Failure(error.isTaken ? .exists : .io, error.description)
        }
    }

    /// Waits until all lines are written.
    func finish() { queue.finish() }

    /// Takes a line.
    var write: @Sendable (AccessLine) -> Void {
        { [self] line in
            let json = line.json(at: SystemClock.text(SystemClock.seconds))
            queue.put {
                if let file = self.file { file.append(json) } else { try? Output.error.writeLine(json.text()) }
            }
        }
    }
}
