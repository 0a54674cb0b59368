public import DSPyCore
import DSPySpec
import DSPyTools
import Platform

/// A program file as a module: loaded, checked, and with its models and tools made.
///
/// ```swift
/// let triage = try await Program(contentsOf: "triage.json", allow: ["run:rg"])
/// let result = try await triage.acall(["ticket": "The printer is on fire."])
/// ```
///
/// What a program may do is what `allow` says and nothing else; configuration files of the command line are not read. Its calls,
/// predictors and fields have the names that the command line shows, and whatever takes a module (`streamify`, `batch`) takes a
/// program.
public final class Program: Module {
    /// The program's name.
    public let name: String
    /// The names of its inputs, in the order of the file.
    public let inputNames: [String]
    /// The names of its outputs, in the order of the file.
    public let outputNames: [String]
    private let module: any Module
    private let start: RunContext
    private let toolbox: Toolbox
    private let models: ModelChoice

    /// Loads a program; servers that its tools need are started.
    ///
    /// - Parameters:
    ///   - path: A program file, a folder that holds `program.json`, or a signature such as `question -> answer`.
    ///   - lm: The model that answers wherever the program asks one; nil for those that it names, else the one of `$DSPY_LM`, else
    ///     the first provider whose key is set.
    ///   - allow: What its tools and models may do, as `--allow` takes it: `run:rg`, `net:HOST`, `env:NAME`, `read:FOLDER`, `mcp`,
    ///     `python`.
    ///   - warn: Gets warnings, one line each.
    /// - Throws: `ProgramError` for a program that cannot be read, with all findings, and for what it needs and may not have;
    ///   `LMError` for a model that cannot be made; `ToolError` for a server that fails.
    public init(
        contentsOf path: String, lm: String? = nil, allow: [String] = [],
        warn: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws {
        let checked = try Self.load(path, warn)
        var settings = RunSettings()
        settings.lm = lm
        do throws(GrantError) { settings.grants = try Grants(allow) } catch {
            throw ProgramError(.usage, error.message)
        }
        var messages = RunMessages()
        messages.warn = warn
        let models = ModelChoice(settings, program: checked.settings, messages: messages)
        let folder = ProgramSource.folder(of: path)
        let grants = try Permission.grants(for: checked, in: folder, models, messages)
        start = try ReadyProgram.context(checked, settings, models, warn: warn)
        toolbox = try await Toolbox(checked, folder: folder, grants, settings)
        self.models = models
        do {
            module = try ReadyProgram(checked, settings, models, toolbox).module()
        } catch {
            await toolbox.close()
            throw error
        }
        name = checked.name
        inputNames = checked.inputs.map(\.name)
        outputNames = checked.outputs.map(\.name)
    }

    private static func load(_ path: String, _ warn: (String) -> Void) throws -> CheckedProgram {
        guard path != "-" else { throw ProgramError(.noInput, "a program is a file or a signature, not \"-\"") }
        let outcome: SpecLoader.Outcome
        do { outcome = try ProgramSource.outcome(path) } catch let error as FileError {
            throw ProgramError(.noInput, "\(error)")
        }
        let findings = outcome.diagnostics.map(\.description)
        guard let program = outcome.program else {
            let more = outcome.more > 0 ? ["… and \(outcome.more) more"] : []
            throw ProgramError(.data, (findings + more).joined(separator: "\n"))
        }
        findings.forEach(warn)
        return program
    }

    /// What its runs start with: the model of modules that name none, the adapter, and the settings of the file.
    ///
    /// Each has its own usage.
    public var context: RunContext {
        var context = start
        context.usage = UsageTracker()
        return context
    }

    /// The program's module, which keeps its own names.
    public var submodules: [(name: String, module: any Module)] { [("", module)] }

    /// Runs the program once, in a context of its own.
    ///
    /// - Throws: What its modules throw: `LMError`, `AdapterParseError`, `ToolError`, ….
    public func acall(_ inputs: ValueDict) async throws -> Prediction { try await acall(inputs, in: context) }

    /// Runs the program; a context without a model gets the program's.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        var context = context
        if context.lm == nil { context.lm = start.lm }
        return try await module.call(inputs, in: context)
    }

    /// Ends the servers of its tools, and waits until its answers are in the cache's file.
    ///
    /// Servers end with the program's last reference too; what is not waited for is the cache.
    public func close() async {
        await toolbox.close()
        await models.finish()
    }
}
