import Basics
import DSPyCore
import OrderedJSON

extension TextTemplate {
    /// The template, whose places are all arguments of the tool.
    ///
    /// - Throws: `ToolDefinitionError` when one is not.
    func naming(_ arguments: [String], part: String, index: Int? = nil) throws(ToolDefinitionError) -> TextTemplate {
        for name in argumentNames where !arguments.contains(where: { $0.hasSameBytes(as: name) }) {
            let meant = Spelling.closest(to: name, among: arguments).map { "did you mean {\($0)}? " } ?? ""
            throw ToolDefinitionError(
                part, index: index,
                "{\(name)} is not an argument of the tool; \(meant)(for the text itself write {{\(name)}})")
        }
        return self
    }

    /// Whether a byte stands in the texts between its places.
    func contains(where matches: (UInt8) -> Bool) -> Bool { texts.contains { $0.utf8.contains(where: matches) } }
}
