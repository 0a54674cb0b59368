import Transport
import Basics
import Platform
package import DSPyCore

import OrderedJSON

/// Answers of language models, kept in memory and in a file that several processes may share.
///
/// Looking up never blocks a task's thread on the file, and keeping an answer only queues it: a process that is killed
/// loses what it added in about the last twentieth of a second. Failures of the file turn into one warning.
/// - Source: dspy/clients/cache.py (3.4.1), `Cache`.
package final class LMCache: Sendable {
    /// How much is kept.
    package struct Limits: Sendable {
        /// How many answers stay in memory.
        package var memoryEntries = 100_000
        /// About how many bytes of answers stay in memory.
        package var memoryBytes = 64 << 20
        /// How many bytes the file may hold before the answers that were not used for longest go.
        package var fileBytes = 4 << 30
        /// How many new answers are committed without waiting for more.
        package var groupSize = 2_000
        /// How long new answers wait for company, in seconds.
        package var groupSeconds = 0.05
        /// How many new answers may wait for the file; further ones stay in memory only.
        package var waitingEntries = 20_000

        /// The usual limits.
        package init() {}
    }

    private let memory: Locked<MemoryTier>
    private let disk: DiskTier?
    /// Requests that are on their way.
    let flights = SingleFlight()

    /// A cache.
    ///
    /// - Parameters:
    ///   - path: The file; nil keeps answers in memory only.
    ///   - limits: How much is kept.
    ///   - warn: Gets a line when the file cannot be used or was broken.
    package init(
        path: String?, limits: Limits = Limits(), warn: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        // libcurl brings OpenSSL along.
        CurlTransport.whenLoaded { SHA256Library.find() }
        memory = Locked(MemoryTier(maximumCount: limits.memoryEntries, maximumSize: limits.memoryBytes))
        disk = path.map { DiskTier(CacheOpener(path: $0, warn: warn), limits: limits) }
    }

    deinit { disk?.close() }

    /// The answer of a key if it is in memory.
    package func remembered(_ key: CacheKey) -> LMResponse? {
        memory.withLock { $0.bytes(for: key) }.flatMap { LMResponse(cached: $0) }
    }

    /// The answer of a key, from memory or from the file.
    package func response(for key: CacheKey) async -> LMResponse? {
        if let response = remembered(key) { return response }
        guard let disk, disk.mayHold(key) else { return nil }
        return await response(for: key, in: disk)
    }

    private func response(for key: CacheKey, in disk: DiskTier) async -> LMResponse? {
        guard let bytes = await disk.bytes(for: key), let response = LMResponse(cached: bytes) else { return nil }
        memory.withLock { $0.insert(bytes, for: key) }
        return response
    }

    /// Lets go of the answer of a key, also in the file; it is not found from now on.
    package func forget(_ key: CacheKey) {
        memory.withLock { $0.remove(key) }
        disk?.remove(key)
    }

    /// Keeps an answer; one that says nothing, one that is only half there, and one that came from a cache is left out.
    package func keep(_ response: LMResponse, for key: CacheKey, model: String) {
        let saysSomething = response.outputs.allSatisfy { !($0.text ?? "").isEmpty || !$0.toolCalls.isEmpty }
        guard saysSomething, !response.outputs.isEmpty, !response.isCached, response.cut == nil else { return }
        let bytes = response.fromCache.recordedBytes
        memory.withLock { $0.insert(bytes, for: key) }
        disk?.insert(CacheEntry(key: key, model: model, bytes: bytes, time: SystemClock.seconds))
    }

    /// Waits until everything kept so far is in the file.
    package func flush() async { await disk?.flush() }
}

extension LMResponse {
    /// An answer out of the bytes that were kept; nil when they are none.
    fileprivate init?(cached bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes, options: .python), json["outputs"]?.array?.isEmpty == false else {
            return nil
        }
        self = LMResponse(recorded: json).fromCache
    }

    /// The answer as a cache gives it: nothing was sent and nothing used.
    var fromCache: LMResponse {
        var copy = self
        copy.usage = [:]
        copy.attempts = 0
        copy.retries = 0
        copy.isCached = true
        return copy
    }
}
