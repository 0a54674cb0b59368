import Console
import DSPyCore
import DSPyClients
import DSPySpec

extension ProgramBuilder {
    /// A builder whose models are those that flags and files choose, and whose tools are those of a box.
    ///
    /// - Parameter makeLM: Makes models in another way, for example only those with a known price.
    init(_ choice: ModelChoice, _ toolbox: Toolbox, makeLM: LMFactory? = nil) {
        self.init(
            makeLM: makeLM ?? { try choice.model($0) }, makeTools: { try toolbox.tools(of: $0) },
            makeInterpreter: toolbox.interpreter,
            makeEmbedder: { try choice.embedder($0) },
            readVariable: { Environment.value($0) })
    }
}
