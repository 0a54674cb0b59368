import Basics
import Synchronization

/// Parts of prompts that are the same for every row of a batch.
enum PromptParts {
    /// What prompts begin with: the system message and the demos.
    static let heads = PromptCache<[LMMessage]>()
    /// What prompts in the chat format end with.
    static let chatReminders = PromptCache<String>()
}

/// Parts of the prompts of the predictors that ran last.
///
/// The signature and the demos are known again by their storage, which an entry keeps alive, so looking costs next to
/// nothing; a copy that was made anew is just not found.
final class PromptCache<Part: Sendable>: Sendable {
    private struct Entry {
        let adapter: ObjectIdentifier
        let signature: Signature
        let demos: [ValueDict]
        let part: Part
    }

    private struct State {
        var entries: [Entry] = []
        var next = 0
    }

    private static var capacity: Int { 16 }
    private let state = Mutex(State())

    /// The part for an adapter's type, a signature and demos; made only if it is not at hand.
    func part(
        _ adapter: any Adapter.Type, _ signature: Signature, _ demos: [ValueDict] = [], make: () throws -> Part
    ) rethrows -> Part {
        let adapter = ObjectIdentifier(adapter)
        let found: Part? = state.withLock { state in
            for place in state.entries.indices
            where state.entries[place].adapter == adapter && state.entries[place].signature.isSame(as: signature)
                && state.entries[place].demos.isSameStorage(as: demos)
            {
                return state.entries[place].part
            }
            return nil
        }
        if let found { return found }
        let entry = Entry(adapter: adapter, signature: signature, demos: demos, part: try make())
        state.withLock { state in
            if state.entries.count < Self.capacity {
                state.entries.append(entry)
            } else {
                state.entries[state.next] = entry
                state.next = (state.next + 1) % Self.capacity
            }
        }
        return entry.part
    }
}
