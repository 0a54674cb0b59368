import DSPy
import Foundation

/// `swift run LibraryExample PROGRAM`: one of the names below; the model is the one that DSPY_LM names.
@main struct LibraryExample {
    static func main() {
        let name = CommandLine.arguments.dropFirst().first ?? ""
        // These two wait on this thread, which is no task's.
        if name == "sync-tool" { finish { try syncTool() } }
        if name == "sync-predict" { finish { try syncPredict(try model()) } }
        Task {
            do {
                try await run(name)
                exit(0)
            } catch {
                finish { throw error }
            }
        }
        dispatchMain()
    }

    private static func run(_ name: String) async throws {
        switch name {
        case "async-predict": try await asyncPredict(try model())
        case "async-tool": try await asyncTool()
        case "two-stages": try await twoStages(try model())
        case "react": try await reActTools(try model())
        case "four-views": try await fourViews(try model())
        case "asyncify": try await asyncified(try model())
        case "program-file": try await programFile()
        case "two-waits": try await twoWaits()
        case "many-rows": try await manyRows()
        default: throw UnknownProgram(name: name)
        }
    }

    private static func model() throws -> LM {
        try LM(ProcessInfo.processInfo.environment["DSPY_LM"] ?? "openai/gpt-4o-mini")
    }

    private static func finish(_ body: () throws -> Void) -> Never {
        do {
            try body()
            exit(0)
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(1)
        }
    }
}

struct UnknownProgram: Error, CustomStringConvertible {
    let name: String
    var description: String { "there is no program \"\(name)\"; see Main.swift" }
}
