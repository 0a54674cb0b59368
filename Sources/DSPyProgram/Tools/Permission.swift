import Platform
import DSPyCore
package import DSPySpec
package import DSPyTools
import OrderedJSON

/// Asks whoever runs a program for what it needs, before anything is started or sent.
package struct Permission {
    /// What is allowed already.
    package private(set) var grants: Grants
    private let messages: RunMessages

    /// - Parameter grants: What was allowed before anybody was asked.
    package init(_ grants: Grants, _ messages: RunMessages) {
        self.grants = grants
        self.messages = messages
    }

    /// What a program's tools and models may do, after whoever runs it was asked.
    ///
    /// - Parameter asks: Whether somebody is asked; else all that the program needs has to be allowed already, also what it could
    ///   do without.
    package static func grants(
        for program: CheckedProgram, in folder: String, _ models: ModelChoice, _ messages: RunMessages,
        asks: Bool = true
    ) throws -> Grants {
        var permission = Permission(models.grants, messages)
        let needs = try models.needs(of: program) + ToolNeeds.needs(of: program, folder: folder)
        guard asks else {
            let refused = needs.joined.filter { !models.grants.allows($0.capability) }
            if !refused.isEmpty { throw refusal(of: refused) }
            return models.grants
        }
        try permission.ask(for: needs)
        return permission.grants
    }

    /// Asks for what is missing where somebody can answer.
    ///
    /// - Parameter tells: Whether tools that stay without a grant are told of.
    /// - Throws: `ProgramError` (`notAllowed`) when something is missing without which the program cannot run.
    package mutating func ask(for needs: [Need], tells: Bool = true) throws {
        var refused: [Need] = []
        for need in needs.joined where !grants.allows(need.capability) {
            let word = ShownText.word(need.capability.word)
            let answer = messages.ask("\(need.what). Allow it (\(word))? [y/N] ")
            if answer == true {
                do throws(GrantError) { try grants.add(need.capability.word) } catch {
                    throw ProgramError(.usage, error.message)
                }
            } else if need.isRequired {
                refused.append(need)
            } else if answer == nil, tells {
                messages.warn("\(need.what): not allowed, its calls are refused; allow it with \(need.capability)")
            }
        }
        if !refused.isEmpty { throw Self.refusal(of: refused) }
    }

    /// What lacks grants.
    package static func refusal(of needs: [Need]) -> ProgramError {
        ProgramError(
            .notAllowed, needs.map(\.what).joined(separator: "; ") + ": not allowed, and nothing was sent",
            missing: needs.map(\.capability.word))
    }
}
