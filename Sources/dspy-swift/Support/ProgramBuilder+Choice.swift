import Console
import DSPy
import DSPySpec

extension ProgramBuilder {
    /// A builder whose models are those that flags and files choose.
    init(_ choice: ModelChoice) { self.init(makeLM: { try choice.model($0) }, makeTools: { try Self.noTools($0) }) }

    /// Refuses every tool: running them is not part of this version.
    static func noTools(_ tool: ToolSpec) throws -> [DSPy.Tool] {
        throw Failure(.data, "the tool `\(tool.name)` (`\(tool.kind.name)`) cannot run: this version runs no tools")
    }
}
