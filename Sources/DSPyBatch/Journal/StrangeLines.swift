import Basics
import Platform
/// Lines of an output that are no rows of a batch, and how to get on without losing rows.
package struct StrangeLines: Sendable, Hashable {
    private enum Kind: Hashable { case lines, mark, gzip, otherFile }

    private let kind: Kind
    private let first: Int
    private let count: Int

    /// Lines that a scan has found.
    init(_ file: OpenFile, _ first: Int, _ count: Int, _ scan: JournalScan) {
        let head = (try? file.head(3)) ?? []
        (self.first, self.count) = (first, count)
        if head.starts(with: [0x1F, 0x8B]) {
            kind = .gzip
        } else if head == [0xEF, 0xBB, 0xBF], first == 1 {
            kind = .mark
        } else {
            kind = scan.isEmpty ? .otherFile : .lines
        }
    }

    /// What is wrong and what to do.
    func description(_ path: String) -> String {
        let file = ShellText.quoted(path)
        switch kind {
        case .gzip: return "is compressed; unpack it with gunzip first"
        case .otherFile: return "line \(first) is no row of a batch, nor is any other; is it the right file?"
        case .mark:
            return "line 1 begins with a byte order mark; take that out, and every row is kept: "
                + #"sed -i '1s/^\xEF\xBB\xBF//' \#(file)"#
        case .lines:
            let more = count > 1 ? ", nor are \(count - 1) more" : ""
            return "line \(first) is no row of a batch\(more); take it out, and every other row is kept: "
                + "sed -i '\(first)d' \(file)"
        }
    }
}
