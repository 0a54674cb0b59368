import DSPyClients
import DSPyCore
import DSPySpec
import DSPyTools
import OrderedJSON
import Testing

@testable import DSPyClients
@testable import DSPyProgram

@Suite("Which model answers")
struct ModelChoiceTests {
    /// Settings that nothing outside the test has a part in.
    private static func settings(
        _ environment: [String: String] = [:], calls: RunSettings.Calls = .none,
        _ set: (inout RunSettings) -> Void = { _ in }
    ) -> RunSettings {
        var settings = RunSettings(calls: calls, environment: environment)
        set(&settings)
        return settings
    }

    private static let key = ["OPENAI_API_KEY": "sk-test"]

    // MARK: The name

    /// Who may name the model of modules that name none, the one that counts most first.
    private enum Place: CaseIterable { case settings, environment, configuration, key }

    @Test(
        "the default model is the settings', else $DSPY_LM's, else the configuration's, else the first key's provider's"
    )
    func defaultModel() throws {
        for first in 0...Place.allCases.count {
            let places = Place.allCases.dropFirst(first)
            var settings = Self.settings(places.contains(.key) ? Self.key : [:])
            if places.contains(.settings) { settings.lm = "scripted/settings" }
            if places.contains(.environment) { settings.environment["DSPY_LM"] = "scripted/environment" }
            if places.contains(.configuration) { settings.configuration.lm = "scripted/configuration" }
            let name = ModelChoice(settings).defaultModelName
            switch places.first {
            case .key?: #expect(name?.hasPrefix("openai/") == true)
            case let place?: #expect(name == "scripted/\(place)")
            case nil: #expect(name == nil)
            }
        }
    }

    @Test("an empty $DSPY_LM names no model")
    func empty() { #expect(ModelChoice(Self.settings(["DSPY_LM": ""])).defaultModelName == nil) }

    @Test("the settings' model stands in the place of all that a program names, without the program's options")
    func settingsFirst() throws {
        let spec = LMSpec(model: "openai/named", options: ["temperature": 1])
        let named = try ModelChoice(Self.settings(Self.key)).model(spec)
        #expect(named.model == "openai/named" && named.defaults["temperature"] == 1)
        let settings = Self.settings(["DSPY_LM": "scripted/environment"].merging(Self.key) { $1 })
        #expect(try ModelChoice(settings).model(spec).model == "openai/named")
        let forced = Self.settings(Self.key) { $0.lm = "openai/given" }
        let given = try ModelChoice(forced).model(spec)
        #expect(given.model == "openai/given" && given.defaults["temperature"] == nil)
    }

    @Test("options of the settings come before those of a program")
    func options() throws {
        let settings = Self.settings(Self.key) { $0.options = ["temperature": 0.5] }
        let spec = LMSpec(model: "openai/m", options: ["temperature": 1, "max_tokens": 7])
        let defaults = try ModelChoice(settings).model(spec).defaults
        #expect(defaults["temperature"] == 0.5 && defaults["max_tokens"] == 7)
    }

    @Test("a default model that cannot be made is an error only where a call wants it")
    func unwanted() throws {
        let choice = ModelChoice(
            Self.settings {
                $0.lm = nil; $0.configuration.lm = "openai/without-a-key"
            })
        let own = try checked(#"{"lm": "scripted/echo", "signature": "q -> a"}"#)
        #expect(try choice.defaultModel(for: own) == nil)
        #expect(throws: LMError.self) { try choice.defaultModel(for: try checked(#""q -> a""#)) }
    }

    // MARK: Patience

    private static func layers(_ settings: RunSettings, _ program: Settings = Settings()) throws -> (
        retries: Int, timeout: Duration
    ) {
        let model = try ModelChoice(settings, program: program).model(LMSpec(model: "openai/m"))
        let retrying = try #require((model as? RepeatingModel)?.base as? RetryingModel)
        let http = try #require(retrying.base as? HTTPLanguageModel)
        return (retrying.retries, http.timeout)
    }

    @Test("retries are the settings', else the configuration's, else the program's, else three")
    func retries() throws {
        var settings = Self.settings(Self.key)
        var program = Settings()
        #expect(try Self.layers(settings, program).retries == 3)
        program.numRetries = 7
        #expect(try Self.layers(settings, program).retries == 7)
        settings.configuration.retries = 0
        #expect(try Self.layers(settings, program).retries == 0)
        settings.retries = 2
        #expect(try Self.layers(settings, program).retries == 2)
    }

    @Test("a batch is more patient, unless somebody says how many retries there are")
    func batch() throws {
        var settings = Self.settings(Self.key, calls: .batch) { $0.usesCache = false }
        #expect(try Self.layers(settings).retries == 5)
        settings.retries = 1
        #expect(try Self.layers(settings).retries == 1)
    }

    @Test("the time of a call is the settings', else the configuration's, else two minutes")
    func timeout() throws {
        var settings = Self.settings(Self.key)
        #expect(try Self.layers(settings).timeout == .seconds(120))
        settings.configuration.timeout = 7
        #expect(try Self.layers(settings).timeout == .seconds(7))
        settings.timeout = .seconds(3)
        #expect(try Self.layers(settings).timeout == .seconds(3))
    }

    // MARK: Replay

    @Test("a recording answers in the place of all models: no key, no grant, no network")
    func replay() throws {
        let recording = try Recording(parsing: [], name: "r")
        let settings = Self.settings { $0.replay = recording }
        let choice = ModelChoice(settings)
        let far = LMSpec(model: "openai/m", options: ["api_base": "https://far.example/v1"])
        #expect(try choice.model(far) is ReplayModel && !choice.asksOverNetwork)
        #expect(try choice.model(far).model == "openai/m")
        #expect(try choice.defaultModel()?.model == "replay/any")
        let program = try checked(
            #"{"lm": {"model": "openai/m", "api_base": "https://far.example/v1"}, "signature": "q -> a"}"#)
        #expect(try choice.needs(of: program).isEmpty)
    }

    @Test("a script is asked over no network", arguments: [("scripted/echo", false), ("openai/m", true), (nil, true)])
    func network(name: String?, expected: Bool) {
        #expect(ModelChoice(Self.settings { $0.lm = name }).asksOverNetwork == expected)
    }

    // MARK: What must be allowed

    @Test("a program's own address is refused until it is allowed, and nothing is made before")
    func refused() throws {
        let spec = LMSpec(model: "openai/m", options: ["api_base": "https://far.example/v1"])
        var choice = ModelChoice(Self.settings(Self.key))
        let error = #expect(throws: ProgramError.self) { try choice.model(spec) }
        #expect(error?.reason == .notAllowed && error?.missing == ["net:far.example"])
        choice.grants = try Grants(["net:far.example"])
        let retrying = try #require((try choice.model(spec) as? RepeatingModel)?.base as? RetryingModel)
        #expect((retrying.base as? HTTPLanguageModel)?.url == "https://far.example/v1/chat/completions")
    }

    @Test("a variable that an option wants and nobody has set is told by its name")
    func missing() throws {
        let spec = LMSpec(model: "openai/m", options: ["api_key": "${env:NOBODY_SET}"])
        let error = #expect(throws: ProgramError.self) { try ModelChoice(Self.settings(Self.key)).model(spec) }
        #expect(error?.reason == .notConfigured && error?.message.contains("NOBODY_SET is not set; `api_key`") == true)
    }

    @Test("a sketch has the name and the options of the model that would be asked")
    func sketch() {
        let spec = LMSpec(model: "openai/own", options: ["temperature": 1])
        let own = ModelChoice(Self.settings { $0.options = ["max_tokens": 7] }).sketch(spec)
        #expect(own.model == "openai/own" && own.defaults == ["temperature": 1, "max_tokens": 7])
        let given = ModelChoice(Self.settings { $0.lm = "openai/given" }).sketch(spec)
        #expect(given.model == "openai/given" && given.defaults.isEmpty)
        #expect(ModelChoice(Self.settings()).sketch(nil).model == "openai/gpt-4o-mini")
    }
}
