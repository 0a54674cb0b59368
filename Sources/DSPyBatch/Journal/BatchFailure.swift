import Platform

/// Why a batch cannot start or go on.
package enum BatchFailure: Error, Sendable, CustomStringConvertible {
    /// The output exists already.
    case exists(path: String)
    /// A table is there without the journal that it was made of.
    case noJournal(path: String, journal: String)
    /// Another run writes the output.
    case inUse(path: String, pid: Int?)
    /// The output is the input.
    case isInput(path: String)
    /// The output belongs to another run; each difference in words.
    case mismatch(path: String, differences: [String])
    /// Where the output's manifest goes, something of somebody else stands.
    case foreign(path: String)
    /// An earlier version made the output, which knew rows in another way.
    case otherKeys(path: String)
    /// Nothing tells what made the rows of the output: the file that says so is not there, or cannot be read.
    case unknownMaker(path: String, isThere: Bool)
    /// The output has lines that are no rows.
    case strange(path: String, StrangeLines)
    /// A file cannot be opened, read or written; the errno in words.
    case file(path: String, reason: String)
    /// Two rows have one name; the lines of both.
    case duplicateID(id: String, first: Int, second: Int)
    /// A malformed line under `--on-bad-line abort`.
    case badLine(line: Int, message: String)
    /// No row of the input can be read.
    case unusable(input: String, InputFault)
    /// Nobody reads standard output any more.
    case closedPipe

    /// An input that could not be read.
    init(_ failure: InputFailure) {
        if let fault = failure.fault {
            self = .unusable(input: "the input", fault)
        } else {
            self = .file(path: "the input", reason: SystemCall.words(for: failure.code ?? 0))
        }
    }

    /// What is wrong and what to do.
    package var description: String {
        switch self {
        case .exists(let path): "\(path) is not empty; --resume goes on with it, --force overwrites it"
        case .noJournal(let path, let journal):
            "\(path) is there, but its journal \(journal), with which --resume would go on, is not: once all rows are done it is "
                + "taken away. --force asks all rows again (answers that the cache has cost nothing); or move \(path) away"
        case .inUse(let path, let pid): "\(path) is in use by \(pid.map { "pid \($0)" } ?? "another process")"
        case .isInput(let path): "the output \(path) is the input"
        case .mismatch(let path, let differences):
            "\(path) was made by another run: \(differences.joined(separator: "; ")). "
                + "Use the same program and options; --resume --force goes on all the same and keeps the rows, --force alone "
                + "overwrites them"
        case .foreign(let path): "\(path) is there, and no batch has written it; move it away"
        case .otherKeys(let path):
            "\(path) was made by an earlier version, which knew rows in another way. Finish it with that version; or --resume "
                + "--force asks all rows again, and keeps the old ones in \(path).left"
        case .unknownMaker(let path, let isThere):
            "\(path) has rows, but \(Manifest.path(for: path)), which says what made them, "
                + (isThere ? "cannot be read" : "is missing")
                + ". If it was this program with this model and these options, --resume --force goes on and keeps the rows; "
                + "else move \(path) away"
        case .strange(let path, let lines): "\(path): \(lines.description(path))"
        case .file(let path, let reason): "\(path): \(reason)"
        case .duplicateID(let id, let first, let second):
            (first == second ? "two rows of line \(first)" : "lines \(first) and \(second)")
                + " have the same id \"\(id)\"; --on-duplicate-id keep takes both"
        case .badLine(let line, let message): "line \(line): \(message)"
        case .unusable(let input, let fault): fault.description(of: input)
        case .closedPipe: "nobody reads the output"
        }
    }
}
