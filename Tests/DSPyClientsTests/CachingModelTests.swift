import Basics
import DSPyCore
import OrderedJSON
import TestModels
import TestSupport
import Testing

@testable import DSPyClients

@Suite("Models with a cache in front")
struct CachingModelTests {
    /// Answers with the number of the call, from 1.
    private static func counting(
        defaults: JSONObject = [:], before: @escaping @Sendable (_ call: Int) async throws -> Void = { _ in }
    ) -> RuleModel {
        RuleModel("openai/counting", defaults: defaults) { call, _ in
            try await before(call)
            return LMResponse(outputs: [.init(text: "\(call + 1)")], usage: ["total_tokens": 1])
        }
    }

    private func request(_ text: String, _ options: JSONObject = [:]) -> LMRequest {
        LMRequest(messages: [LMMessage(role: "user", text: text)], options: options)
    }

    @Test("the same request is asked once; another rollout, and cache: false, are asked anew")
    func askedOnce() async throws {
        let base = Self.counting()
        let model = CachingModel(base, cache: LMCache(path: nil))
        let first = try await model.complete(request("a"))
        let second = try await model.complete(request("a", ["api_key": "sk"]))
        #expect(!first.isCached && second.isCached && second.outputs == first.outputs && base.requests.count == 1)
        #expect(try await model.complete(request("a", ["rollout_id": 1])).outputs[0].text == "2")
        #expect(try await model.complete(request("a", ["cache": false])).outputs[0].text == "3")
        #expect(try await model.complete(request("a")).outputs[0].text == "1")
        let off = Self.counting(defaults: ["cache": false])
        let uncached = CachingModel(off, cache: LMCache(path: nil))
        for _ in 0..<2 { _ = try await uncached.complete(request("a")) }
        #expect(off.requests.count == 2)
    }

    @Test("identical requests at the same time share one call, failures too")
    func sharedCall() async throws {
        for fails in [false, true] {
            let gate = Gate()
            let base = Self.counting { _ in
                try await gate.pass()
                if fails { throw LMError(.serverError, "no") }
            }
            let cache = LMCache(path: nil)
            let model = CachingModel(base, cache: cache)
            let tasks = (0..<50).map { _ in Task { try await model.complete(request("a")) } }
            let key = CacheKey(request("a"), model: base.model, defaults: [:])
            while cache.flights.waiters(of: key) < 49 { await Task.yield() }
            gate.open()
            var cached = 0
            var failed = 0
            for task in tasks {
                switch await task.result {
                case .success(let response): cached += response.isCached ? 1 : 0
                case .failure: failed += 1
                }
            }
            #expect(base.requests.count == 1 && cached == (fails ? 0 : 49) && failed == (fails ? 50 : 0))
            _ = try? await model.complete(request("a"))
            #expect(base.requests.count == (fails ? 2 : 1))
        }
    }

    @Test("two servers share neither answers nor calls under way; a provider's own address has no mark of its own")
    func servers() async throws {
        let folder = try TemporaryFolder()
        let cache = LMCache(path: folder.path + "/cache.db")
        let base = Self.counting()
        let own = CachingModel(base, cache: cache)
        let (one, other) = (CacheServer("http://one/v1"), CacheServer("http://other/v1"))
        let models = [
            own, CachingModel(base, cache: cache, server: one), CachingModel(base, cache: cache, server: other),
        ]
        for (place, model) in models.enumerated() {
            #expect(try await model.complete(request("a")).outputs[0].text == "\(place + 1)")
        }
        await cache.flush()
        let fresh = LMCache(path: folder.path + "/cache.db")
        for (place, server) in [.own, one, other].enumerated() {
            let read = try await CachingModel(base, cache: fresh, server: server).complete(request("a"))
            #expect(read.isCached && read.outputs[0].text == "\(place + 1)")
        }
        // Where every version looks for it.
        let key = CacheKey(request("a"), model: base.model, defaults: [:])
        #expect(await fresh.response(for: key)?.outputs[0].text == "1")
        models[1].forget(request("a"))
        #expect(try await !models[1].complete(request("a")).isCached)
        #expect(base.requests.count == 4)
        #expect(try await models[2].complete(request("a")).isCached)
        #expect(try await own.complete(request("a")).isCached)
        let gate = Gate()
        let slow = Self.counting { _ in try await gate.pass() }
        let joined = LMCache(path: nil)
        let tasks = [one, other].map { server in
            Task { try await CachingModel(slow, cache: joined, server: server).complete(request("b")) }
        }
        await gate.reached(by: 2)
        gate.open()
        for task in tasks { #expect(try await !task.value.isCached) }
    }

    @Test("an address is the same server however it is written, and whatever key stands in it")
    func addresses() throws {
        let factory = LMFactory(environment: [:])
        func server(_ name: String, _ address: ModelAddress) throws -> CacheServer {
            let (provider, _) = try factory.resolve(name)
            return try factory.place(of: provider, name, address).server(besides: provider)
        }
        for own in ["https://api.openai.com/v1", "https://API.openai.com:443/v1/", "https://u:p@api.openai.com/v1"] {
            #expect(try server("openai/m", .user(own)) == .own, "\(own)")
        }
        #expect(
            try server("openai/m", .provider) == .own && server("ollama/m", .user("http://localhost:11434")) == .own)
        let given = try server("openai/m", .user("http://Box:8000/v1?api-version=1"))
        #expect(given != .own)
        #expect(try given == server("openai/m", .user("http://u:p@box:8000/v1/?api-version=1")))
        for other in ["http://box:8001/v1?api-version=1", "http://box:8000/v2?api-version=1", "http://box:8000/v1"] {
            #expect(try given != server("openai/m", .user(other)), "\(other)")
        }
        let keyed = try ["a", "b"].map { try server("openai/m", .user("http://box/v1?api_key=\($0)")) }
        #expect(keyed[0] == keyed[1])
    }

    @Test("when the task that asked is cancelled another one asks; a cancelled waiter leaves at once")
    func cancellation() async throws {
        let gate = Gate()
        let base = Self.counting { call in if call == 0 { try await gate.pass() } }
        let cache = LMCache(path: nil)
        let model = CachingModel(base, cache: cache)
        let first = Task { try await model.complete(request("a")) }
        await gate.reached(by: 1)
        let second = Task { try await model.complete(request("a")) }
        let third = Task { try await model.complete(request("a")) }
        let key = CacheKey(request("a"), model: base.model, defaults: [:])
        while cache.flights.waiters(of: key) < 2 { await Task.yield() }
        third.cancel()
        await #expect(throws: CancellationError.self) { try await third.value }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(try await second.value.outputs[0].text == "2")
    }

    @Test("a factory puts the cache before network models, and before no scripted one")
    func factory() throws {
        let factory = LMFactory(environment: ["OPENAI_API_KEY": "k"], cache: LMCache(path: nil))
        #expect(try factory.make("openai/gpt-4o-mini") is CachingModel)
        #expect(try factory.make("scripted/echo") is ScriptedModel)
        #expect(try LMFactory(environment: ["OPENAI_API_KEY": "k"]).make("openai/gpt-4o-mini") is RepeatingModel)
    }

    @Test(
        "the folder comes from the environment",
        arguments: [
            (["DSPY_CACHE_DIR": "/c", "HOME": "/h"], "/c/cache.db"),
            (["XDG_CACHE_HOME": "/x", "HOME": "/h"], "/x/dspy-swift/cache.db"),
            (["XDG_CACHE_HOME": "relative", "HOME": "/h"], "/h/.cache/dspy-swift/cache.db"), ([:], nil),
        ] as [([String: String], String?)])
    func location(environment: [String: String], path: String?) {
        #expect(CacheLocation.path(environment: environment) == path)
    }
}
