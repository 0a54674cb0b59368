import Basics
import DSPyCore

/// Lets one request go out where several tasks make the same one at once; the others wait for its answer.
final class SingleFlight: Sendable {
    private enum Landing: Sendable {
        case answered(LMResponse)
        case failed(LMError)
        /// The one that went out gave up; somebody else may go.
        case abandoned
    }

    private struct State {
        var waiting: [CacheKey: [Int: CheckedContinuation<Landing, Never>]] = [:]
        var tickets = 0
    }

    private let state = Locked(State())

    /// Answers by the body, or by the body of another task that runs for the same key.
    func run(_ key: CacheKey, _ body: () async throws -> LMResponse) async throws -> LMResponse {
        if takesOff(key) { return try await fly(key, body) }
        return try await wait(key, body)
    }

    /// Apart from ``run(_:_:)``, because an async function keeps room for all it ever holds, and this is rare.
    @inline(never)
    private func wait(_ key: CacheKey, _ body: () async throws -> LMResponse) async throws -> LMResponse {
        while true {
            switch await landing(of: key) {
            case .answered(let response): return response.fromCache
            case .failed(let error): throw error
            case .abandoned: try Task.checkCancellation()
            }
            if takesOff(key) { return try await fly(key, body) }
        }
    }

    /// How many tasks wait for the answer of another one.
    func waiters(of key: CacheKey) -> Int { state.withLock { $0.waiting[key]?.count ?? 0 } }

    private func takesOff(_ key: CacheKey) -> Bool {
        state.withLock { state in
            guard state.waiting[key] == nil else { return false }
            state.waiting[key] = [:]
            return true
        }
    }

    private func fly(_ key: CacheKey, _ body: () async throws -> LMResponse) async throws -> LMResponse {
        do {
            let response = try await body()
            land(key, .answered(response))
            return response
        } catch {
            land(key, after: error)
            throw error
        }
    }

    @inline(never)
    private func land(_ key: CacheKey, after error: any Error) {
        land(key, (error as? LMError).map { .failed($0) } ?? .abandoned)
    }

    private func land(_ key: CacheKey, _ landing: @autoclosure () -> Landing) {
        let waiting = state.withLock { $0.waiting.removeValue(forKey: key) } ?? [:]
        if waiting.isEmpty { return }
        let landing = landing()
        for continuation in waiting.values { continuation.resume(returning: landing) }
    }

    private func landing(of key: CacheKey) async -> Landing {
        let ticket = state.withLock { state in
            state.tickets += 1
            return state.tickets
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isWaiting = state.withLock { state in
                    // A handler that ran before this is seen here, a later one finds the ticket.
                    guard state.waiting[key] != nil, !Task.isCancelled else { return false }
                    state.waiting[key]?[ticket] = continuation
                    return true
                }
                if !isWaiting { continuation.resume(returning: .abandoned) }
            }
        } onCancel: {
            let continuation = state.withLock { $0.waiting[key]?.removeValue(forKey: ticket) }
            continuation?.resume(returning: .abandoned)
        }
    }
}
