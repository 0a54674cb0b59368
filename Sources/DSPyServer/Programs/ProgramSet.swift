import OrderedJSON
import Synchronization

/// The programs that a server has at one time; another set takes its place when they are read anew.
package final class ProgramSet: Sendable {
    private struct Use {
        var users = 0
        var isRetired = false
    }

    /// In the order of the command line; the first one also stands at the root.
    package let programs: [ServedProgram]
    /// The body of `/programs`.
    let listing: [UInt8]
    private let byName: [String: Int]
    private let use = Mutex(Use())

    /// A set of programs with different names.
    package init(_ programs: [ServedProgram]) {
        self.programs = programs
        byName = Dictionary(programs.enumerated().map { ($1.name, $0) }) { first, _ in first }
        let body: JSON = ["programs": .array(programs.map(\.card))]
        listing = Array(body.text().utf8)
    }

    /// The program of a name; nil when there is none.
    func program(_ name: String) -> ServedProgram? { byName[name].map { programs[$0] } }

    // MARK: Ends

    /// Somebody uses the programs.
    func begin() { use.withLock { $0.users += 1 } }

    /// Nobody waits for what is closed then.
    func end() {
        let isLast = use.withLock { use in
            use.users -= 1
            return use.isRetired && use.users == 0
        }
        if isLast { Task { await close() } }
    }

    /// Closes the programs once nobody uses them any more.
    package func retire() async {
        let isUnused = use.withLock { use in
            defer { use.isRetired = true }
            return use.users == 0 && !use.isRetired
        }
        if isUnused { await close() }
    }

    private func close() async {
        for program in programs { await program.close() }
    }
}
