/// Holds the programs of one time open for a request, as long as anybody holds this.
final class ProgramUse: Sendable {
    let programs: ProgramSet

    /// - Important: Only while the set is the server's, or it may be closed already.
    init(_ programs: ProgramSet) {
        self.programs = programs
        programs.begin()
    }

    deinit { programs.end() }
}
