import Basics
import Platform
import DSPyCore
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyClients

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite("Cache of answers")
struct LMCacheTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path + "/deep/er/cache.db" }

    init() throws { folder = try TemporaryFolder() }

    private func key(_ text: String) -> CacheKey { CacheKey(request(text), model: "m", defaults: [:]) }

    private func request(_ text: String, _ options: JSONObject = [:]) -> LMRequest {
        LMRequest(messages: [LMMessage(role: "user", text: text)], options: options)
    }

    private func answer(_ text: String?) -> LMResponse {
        LMResponse(outputs: [.init(text: text, finishReason: "stop")], usage: ["total_tokens": 3], model: "m-1")
    }

    @Test("an answer outlives the cache that kept it, without its usage")
    func outlives() async throws {
        let call: JSON = ["id": "c", "type": "function", "function": ["name": "f", "arguments": "{}"]]
        let whole = LMResponse(
            outputs: [
                .init(
                    text: "é\n\u{0}", reasoning: "r", logprobs: ["content": [["logprob": -0.5]]], finishReason: "stop"),
                .init(text: nil, toolCalls: [call]),
            ], usage: ["total_tokens": 3], model: "m-1", attempts: 4)
        let first = LMCache(path: path)
        first.keep(whole, for: key("a"), model: "m")
        await first.flush()
        let found = try #require(await LMCache(path: path).response(for: key("a")))
        #expect(found.outputs == whole.outputs && found.model == "m-1")
        #expect(found.isCached && found.usage == [:] && found.attempts == 0)
        #expect(first.remembered(key("a")) == found)
        #expect(await first.response(for: key("b")) == nil)
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test("the bytes of an answer are the text of its JSON", arguments: 0..<64)
    func bytes(parts: Int) {
        func part<Part>(_ bit: Int, _ value: Part) -> Part? { parts & 1 << bit == 0 ? nil : value }
        let output = LMResponse.Output(
            text: part(0, "é\"\n\u{0}\u{2028}\\"), reasoning: part(1, ""), toolCalls: part(2, [["id": "c"], 3]) ?? [],
            logprobs: part(3, ["content": [-0.5, 1e300]]), finishReason: part(4, "stop"))
        for outputs in [[], [output], [output, .init(text: "x"), output]] {
            let answer = LMResponse(
                outputs: outputs, usage: part(5, ["total": 3, "details": ["cached": 0]]) ?? [:], model: part(1, "m"))
            #expect(String(decoding: answer.recordedBytes, as: UTF8.self) == answer.recorded.text())
        }
    }

    @Test("empty and cached answers are not kept")
    func leftOut() async throws {
        let cache = LMCache(path: path)
        for (place, text) in [nil, ""].enumerated() { cache.keep(answer(text), for: key("\(place)"), model: "m") }
        cache.keep(LMResponse(outputs: []), for: key("2"), model: "m")
        cache.keep(answer("x").fromCache, for: key("3"), model: "m")
        await cache.flush()
        for place in 0..<4 { #expect(await cache.response(for: key("\(place)")) == nil) }
    }

    @Test("memory holds what was used last, by number and by size")
    func memory() {
        var tier = MemoryTier(maximumCount: 3, maximumSize: 10_000)
        for name in ["a", "b", "c"] { tier.insert(Array(name.utf8), for: key(name)) }
        #expect(tier.bytes(for: key("a")) != nil)
        tier.insert(Array("d".utf8), for: key("d"))
        #expect(tier.bytes(for: key("b")) == nil && tier.count == 3)
        tier.insert([UInt8](repeating: 120, count: 9_000), for: key("e"))
        #expect(tier.count < 4 && tier.size <= 10_000 && tier.bytes(for: key("e")) != nil)
        tier.insert([UInt8](repeating: 120, count: 20_000), for: key("f"))
        #expect(tier.bytes(for: key("f")) == nil && tier.bytes(for: key("e")) != nil)
        tier.insert(Array("small".utf8), for: key("e"))
        #expect(tier.bytes(for: key("e")) == Array("small".utf8))
    }

    @Test(
        "memory gives what was kept, stays within its limits, and has what the last half of them used",
        arguments: 0..<20)
    func memoryAtRandom(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let maximumCount = [1, 2, 20, 100, .max][Int(seed % 5)]
        let maximumSize = [4_000, 30_000, .max][Int(seed % 3)]
        let keys = (0..<150).map { key("\($0)") }
        var tier = MemoryTier(maximumCount: maximumCount, maximumSize: maximumSize)
        var kept: [Int: [UInt8]] = [:]
        // What was used, and what each may have had memory write.
        var uses: [(name: Int, size: Int)] = []
        var mismatches = 0
        for _ in 0..<4_000 {
            let name = min(Int.random(in: 0..<150, using: &random), Int.random(in: 0..<150, using: &random))
            let isKept: Bool
            if Bool.random(using: &random) {
                let found = tier.bytes(for: keys[name])
                if found != nil, found != kept[name] { mismatches += 1 }
                isKept = found != nil
                // Half of the limits holds at least these.
                var (count, size) = (0, 0)
                for use in uses.reversed() {
                    (count, size) = (count + 1, size + use.size)
                    guard count <= maximumCount / 2, size <= maximumSize / 2 else { break }
                    if use.name == name, found == nil { mismatches += 1 }
                }
            } else {
                let size = seed % 4 == 0 ? 1 : Int.random(in: 0..<8, using: &random) == 0 ? 3_000 : 200
                let bytes = (0..<Int.random(in: 0..<size, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                tier.insert(bytes, for: keys[name])
                kept[name] = bytes
                isKept = true
            }
            if isKept { uses.append((name, (kept[name]?.count ?? 0) + 64)) }
            if tier.count > maximumCount || tier.size > maximumSize { mismatches += 1 }
        }
        #expect(mismatches == 0)
    }

    @Test("the file holds no usage, which a cached answer never tells")
    func noUsage() async throws {
        let cache = LMCache(path: path)
        cache.keep(answer("a"), for: key("a"), model: "m")
        await cache.flush()
        let file = try CacheFile(path: path)
        let bytes = try #require(try file.entry(for: key("a"), now: 0)).response
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text == #"{"outputs":[{"text":"a","finish_reason":"stop"}],"model":"m-1"}"#)
    }

    @Test("a file over its limit loses what was not used for longest")
    func sizeLimit() async throws {
        var limits = LMCache.Limits()
        limits.fileBytes = 1 << 20
        limits.memoryEntries = 0
        let cache = LMCache(path: path, limits: limits)
        for place in 0..<1_000 {
            cache.keep(answer(String(repeating: "x", count: 4_000)), for: key("\(place)"), model: "m")
            if place % 100 == 99 { await cache.flush() }
        }
        #expect(await cache.response(for: key("999")) != nil)
        #expect(await cache.response(for: key("0")) == nil)
        let contents = try CacheContents.of(CacheOpener(path: path) { _ in })
        #expect(contents.entries > 100 && contents.entries < 300, "\(contents)")
    }

    @Test("the contents can be counted and cleared by model and age")
    func contents() async throws {
        let door = CacheOpener(path: path) { _ in }
        #expect(try CacheContents.of(door) == CacheContents())
        #expect(try CacheContents.clear(door) == 0)
        let start = time(nil)
        let cache = LMCache(path: path)
        for (name, model) in [("a", "openai/x"), ("b", "openai/y"), ("c", "local/z")] {
            cache.keep(answer(name), for: key(name), model: model)
        }
        await cache.flush()
        let contents = try CacheContents.of(door)
        #expect(contents.entries == 3 && contents.bytes > 0)
        #expect((start...time(nil)).contains(contents.newest ?? 0) && contents.oldest ?? 0 <= contents.newest ?? 0)
        #expect(try CacheContents.clear(door, model: "openai/*", before: time(nil) - 3600) == 0)
        #expect(try CacheContents.clear(door, model: "openai/*") == 2)
        #expect(try CacheContents.clear(door) == 1)
        #expect(try CacheContents.of(door).entries == 0)
    }

    @Test("keys are learnt after some lookups, also those that other processes add, and after a clearing")
    func learntKeys() async throws {
        let other = LMCache(path: path)
        for place in 0..<300 { other.keep(answer("\(place)"), for: key("\(place)"), model: "m") }
        await other.flush()
        let cache = LMCache(path: path)
        for place in 0..<(2 * KnownKeys.lookupsBeforeLoading) {
            #expect(await cache.response(for: key("new \(place)")) == nil)
        }
        for place in 0..<300 { #expect(await cache.response(for: key("\(place)")) != nil) }
        func appears(_ name: String) async throws -> Bool {
            other.keep(answer(name), for: key(name), model: "m")
            await other.flush()
            for _ in 0..<100 {
                if await cache.response(for: key(name)) != nil { return true }
                try await Task.sleep(for: .milliseconds(20))
            }
            return false
        }
        #expect(try await appears("later"))
        _ = try CacheContents.clear(CacheOpener(path: path) { _ in })
        #expect(try await appears("after the clearing"))
    }

    @Test("many connections write at once and nothing is lost")
    func concurrentWriters() async throws {
        let caches = (0..<8).map { _ in LMCache(path: path) }
        await withTaskGroup { group in
            for (number, cache) in caches.enumerated() {
                group.addTask {
                    for place in 0..<200 {
                        cache.keep(answer("\(number)"), for: key("\(number)/\(place)"), model: "m")
                        if place % 20 == 0 { await cache.flush() }
                    }
                    await cache.flush()
                }
            }
        }
        let fresh = LMCache(path: path)
        for number in 0..<8 {
            for place in 0..<200 {
                #expect(await fresh.response(for: key("\(number)/\(place)"))?.outputs[0].text == "\(number)")
            }
        }
    }
}
