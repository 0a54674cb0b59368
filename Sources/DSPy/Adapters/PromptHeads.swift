import Synchronization

/// What prompts of the predictors that ran last begin with: it is the same for every row of a batch.
///
/// The signature and the demos are known again by their storage, which an entry keeps alive, so looking costs next to
/// nothing; a copy that was made anew is just not found.
final class PromptHeads: Sendable {
    private struct Entry {
        let adapter: ObjectIdentifier
        let signature: Signature
        let demos: [ValueDict]
        let messages: [LMMessage]
    }

    private struct State {
        var entries: [Entry] = []
        var next = 0
    }

    /// The heads of the process.
    static let shared = PromptHeads()

    private static let capacity = 16
    private let state = Mutex(State())

    /// The messages before the inputs, made only if they are not at hand.
    func messages(
        _ adapter: ObjectIdentifier, _ signature: Signature, _ demos: [ValueDict], make: () throws -> [LMMessage]
    ) rethrows -> [LMMessage] {
        let found = state.withLock { state in
            state.entries.first {
                $0.adapter == adapter && $0.signature.isSame(as: signature) && $0.demos.isSameStorage(as: demos)
            }?.messages
        }
        if let found { return found }
        let messages = try make()
        let entry = Entry(adapter: adapter, signature: signature, demos: demos, messages: messages)
        state.withLock { state in
            if state.entries.count < Self.capacity {
                state.entries.append(entry)
            } else {
                state.entries[state.next] = entry
                state.next = (state.next + 1) % Self.capacity
            }
        }
        return messages
    }
}

extension Array {
    /// Whether both are copies that share their elements.
    func isSameStorage(as other: [Element]) -> Bool {
        // Closures, not key paths: those are built anew at every call.
        withUnsafeBufferPointer { one in
            other.withUnsafeBufferPointer { other in
                one.count == other.count && (one.isEmpty || one.baseAddress == other.baseAddress)
            }
        }
    }
}
