import Console
import DSPyCore
import DSPySpec
import DSPyTools
import OrderedJSON

/// Asks whoever runs a program for what it needs, before anything is started or sent.
struct Permission {
    /// What is allowed already.
    private(set) var grants: Grants
    private let messages: Messages
    /// Whether somebody at a terminal may be asked.
    private let mayAsk: Bool

    init(_ arguments: ParsedArguments, _ messages: Messages, mayAsk: Bool = true) throws {
        grants = try Self.given(arguments)
        self.messages = messages
        self.mayAsk = mayAsk
    }

    /// What `--allow`, `--allow-all` and the user's own configuration say.
    static func given(_ arguments: ParsedArguments) throws -> Grants {
        if arguments.bool("allow-all") { return .all }
        var grants = try Configuration.read().grants
        for word in arguments.all("allow") {
            do throws(GrantError) { try grants.add(word) } catch { throw Failure(.usage, error.message) }
        }
        return grants
    }

    /// What a program's tools and models may do, after whoever runs it was asked.
    static func grants(
        for program: CheckedProgram, _ choice: ModelChoice, _ folder: String, _ arguments: ParsedArguments,
        _ messages: Messages
    ) throws -> Grants {
        var permission = try Permission(arguments, messages)
        try permission.ask(for: try choice.needs(of: program) + ToolNeeds.needs(of: program, folder: folder))
        return permission.grants
    }

    /// Asks for what is missing where somebody can answer.
    ///
    /// - Parameter tells: Whether tools that stay without a grant are told of.
    /// - Throws: `Failure` (77) when something is missing without which the program cannot run.
    mutating func ask(for needs: [Need], tells: Bool = true) throws {
        var refused: [Need] = []
        for need in needs.joined where !grants.allows(need.capability) {
            let word = ShownText.word(need.capability.word)
            let answer = mayAsk ? TerminalQuestion.ask("\(need.what). Allow it (\(word))? [y/N] ") : nil
            if answer == true {
                do throws(GrantError) { try grants.add(need.capability.word) } catch {
                    throw Failure(.usage, error.message)
                }
            } else if need.isRequired {
                refused.append(need)
            } else if answer == nil, tells {
                messages.warn("\(need.what): not allowed, its calls are refused; allow it with \(need.capability)")
            }
        }
        if !refused.isEmpty { throw Self.refusal(of: refused) }
    }

    /// The end of a command that lacks grants.
    static func refusal(of needs: [Need]) -> Failure {
        let words = needs.map(\.capability.word)
        let flags = needs.map { "\($0.capability)" }.joined(separator: " ")
        let list = words.map { JSON.string($0).text() }.joined(separator: ", ")
        let file = Configuration.ownPath.map { "; for good: \"allow\": [\(list)] in \($0)" } ?? ""
        return Failure(
            .noPermission,
            needs.map(\.what).joined(separator: "; ")
                + ": not allowed, and nothing was sent; allow it with \(flags)\(file)")
    }
}
