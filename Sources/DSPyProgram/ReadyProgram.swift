import DSPyClients
package import DSPyCore
package import DSPySpec
import DSPyTools
import OrderedJSON
import Platform

/// A checked program with all that it takes to run it: which models answer, and tools that act as far as they may.
package struct ReadyProgram: Sendable {
    package let checked: CheckedProgram
    /// Decides which models answer.
    package let models: ModelChoice
    /// The tools, made.
    let toolbox: Toolbox
    private let settings: RunSettings

    init(_ checked: CheckedProgram, _ settings: RunSettings, _ models: ModelChoice, _ toolbox: Toolbox) {
        self.checked = checked
        self.settings = settings
        self.models = models
        self.toolbox = toolbox
    }

    /// Makes a program ready, until it is closed.
    ///
    /// - Parameters: As for `withReadyProgram`.
    package static func open(
        _ program: CheckedProgram, in folder: String, _ settings: RunSettings, _ models: ModelChoice,
        onlyTool name: String? = nil
    ) async throws -> ReadyProgram {
        let toolbox = try await Toolbox(program, folder: folder, models.grants, settings, only: name)
        return ReadyProgram(program, settings, models, toolbox)
    }

    /// Ends the servers of its tools, and waits until its answers are in the cache's file.
    package func close() async {
        await toolbox.close()
        await models.finish()
    }

    /// What a run's tokens cost; nil where a price is not known.
    package func cost(of usage: UsageTracker) -> Double? {
        let counts = usage.byModel
        return counts.isEmpty ? nil : models.prices.cost(of: counts)
    }

    /// Builds its modules and tools.
    ///
    /// - Parameter makeLM: Makes models in another way, for example only those with a known price.
    package func builder(makeLM: ProgramBuilder.LMFactory? = nil) -> ProgramBuilder {
        ProgramBuilder(
            makeLM: makeLM ?? { try models.model($0) }, makeTools: { try toolbox.tools(of: $0) },
            makeInterpreter: toolbox.interpreter,
            makeEmbedder: { try models.embedder($0) },
            readVariable: { settings.variable($0) })
    }

    /// The program as one module.
    ///
    /// - Parameter makeLM: Makes models in another way, for example only those with a known price.
    package func module(makeLM: ProgramBuilder.LMFactory? = nil) throws -> any Module {
        try builder(makeLM: makeLM).build(checked)
    }

    /// What runs start with.
    ///
    /// - Throws: `ProgramError` (`notConfigured`) when a module names no model and none is configured.
    package func context(warn: @escaping @Sendable (String) -> Void = { _ in }) throws -> RunContext {
        try Self.context(checked, settings, models, warn: warn)
    }

    /// As ``context(warn:)``, before the tools are made.
    package static func context(
        _ program: CheckedProgram, _ settings: RunSettings, _ models: ModelChoice,
        warn: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> RunContext {
        let lm = try models.defaultModel(for: program)
        guard lm != nil || !program.root.needsDefaultModel else {
            throw ProgramError(.notConfigured, ModelChoice.noModel)
        }
        return RunContext(
            lm: lm, adapter: models.adapter, settings: settings.applied(to: program.settings),
            isSequential: settings.isSequential, warn: warn)
    }
}

/// Makes a program ready, runs something with it, and puts everything away again however that ends: servers that tools have
/// started are ended, and answers that were paid for are in the cache.
///
/// - Parameters:
///   - folder: The program's folder, where its tools read and run.
///   - models: Which models answer; its grants are those of the tools too.
///   - name: The entry of the one tool that will be called; nil for all.
/// - Throws: `ProgramError` for a tool that cannot be made, `ToolError` for a server that fails or is not granted; what the
///   body throws.
package func withReadyProgram<Outcome>(
    _ program: CheckedProgram, in folder: String, _ settings: RunSettings, _ models: ModelChoice,
    onlyTool name: String? = nil, _ body: (ReadyProgram) async throws -> Outcome
) async throws -> Outcome {
    let ready = try await ReadyProgram.open(program, in: folder, settings, models, onlyTool: name)
    do {
        let outcome = try await body(ready)
        await ready.close()
        return outcome
    } catch {
        // Calls that were answered before the failure need not be made again.
        await ready.close()
        throw error
    }
}
