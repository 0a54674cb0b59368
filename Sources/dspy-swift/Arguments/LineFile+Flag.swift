import Platform
import Console
import DSPyClients

extension LineFile {
    /// The file of `--record` or `--trace`; nil when the flag was not given.
    ///
    /// What is there already stays: a batch that goes on writes behind it, whatever else it is told to do with its output;
    /// `--force` alone overwrites it.
    ///
    /// - Parameter flag: `record` or `trace`.
    /// - Throws: `Failure` when it cannot be opened.
    static func opened(_ flag: String, _ arguments: ParsedArguments, _ messages: Messages) throws -> LineFile? {
        guard let path = arguments.string(flag) else { return nil }
        func isGiven(_ name: String) -> Bool {
            arguments.table.allFlags.contains { $0.long == name } && arguments.bool(name)
        }
        let policy: Policy = isGiven("resume") ? .append : isGiven("force") ? .overwrite : .refuse
        do throws(Refusal) {
            return try LineFile(
                flag == "record" ? "recording" : flag, at: path, policy, escaping: Terminal.escaping,
                failed: { messages.insist($0) })
        } catch {
            throw Failure(error.isTaken ? .exists : .io, error.description)
        }
    }
}
