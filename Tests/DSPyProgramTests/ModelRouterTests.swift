import DSPyClients
import DSPySpec
import DSPyTools
import OrderedJSON
import Testing

@testable import DSPyProgram

@Suite("Where the calls of a model go, and who says so")
struct ModelRouterTests {
    private static func route(_ settings: RunSettings, _ spec: LMSpec) throws -> ModelRoute {
        try ModelRouter(settings: settings, factory: LMFactory(environment: settings.environment)).route(spec)
    }

    private static let named = LMSpec(model: "openai/m", options: ["api_base": "https://program.example/v1"])
    private static let bare = LMSpec(model: "openai/m")

    private static func settings(_ environment: [String: String] = [:]) -> RunSettings {
        RunSettings(calls: .none, environment: environment)
    }

    @Test(
        "an address is the caller's, else the program's, else $DSPY_API_BASE's, else the folder's, else the user's file's"
    )
    func precedence() throws {
        var settings = Self.settings()
        #expect(try Self.route(settings, Self.bare).address == .provider)
        settings.configuration.ownBase = "https://own.example/v1"
        #expect(try Self.route(settings, Self.bare).address == .user("https://own.example/v1"))
        settings.configuration.folderBase = "https://folder.example/v1"
        #expect(try Self.route(settings, Self.bare).address == .stranger("https://folder.example/v1"))
        settings.environment["DSPY_API_BASE"] = "https://variable.example/v1"
        #expect(try Self.route(settings, Self.bare).address == .user("https://variable.example/v1"))
        #expect(try Self.route(settings, Self.named).address == .stranger("https://program.example/v1"))
        settings.options = ["api_base": "https://option.example/v1"]
        #expect(try Self.route(settings, Self.named).address == .user("https://option.example/v1"))
        settings.apiBase = "https://given.example/v1"
        #expect(try Self.route(settings, Self.named).address == .user("https://given.example/v1"))
    }

    @Test("a stranger's address is the user's where it leads to a server that the user has named")
    func sameServer() throws {
        for isVariable in [true, false] {
            var settings = Self.settings(isVariable ? ["DSPY_API_BASE": "https://program.example/other"] : [:])
            if !isVariable { settings.configuration.ownBase = "https://program.example" }
            let route = try Self.route(settings, Self.named)
            #expect(route.address == .user("https://program.example/v1") && route.needs.isEmpty)
        }
        var other = Self.settings()
        other.configuration.ownBase = "https://program.example:8443"
        #expect(try Self.route(other, Self.named).address == .stranger("https://program.example/v1"))
    }

    @Test("a stranger's server must be allowed, with the key that it would get, and then counts as the user's")
    func needs() throws {
        let route = try Self.route(Self.settings(["OPENAI_API_KEY": "k"]), Self.named)
        #expect(route.needs.map(\.capability) == [.network(host: "program.example", port: 443)])
        #expect(route.needs[0].isRequired && route.needs[0].what.contains("an address that the program names"))
        #expect(route.needs[0].what.contains("the key OPENAI_API_KEY"))
        #expect(route.address(allowedBy: .none) == .stranger("https://program.example/v1"))
        #expect(route.address(allowedBy: try Grants(["net:other.example"])) == .stranger("https://program.example/v1"))
        #expect(route.address(allowedBy: try Grants(["net:program.example"])) == .user("https://program.example/v1"))
    }

    @Test(
        "the provider's own server and this machine need no word",
        arguments: [
            "https://api.openai.com/v1", "http://localhost:8000/v1", "http://127.0.0.1:1234/v1",
        ])
    func known(address: String) throws {
        let spec = LMSpec(model: "openai/m", options: ["api_base": .string(address)])
        #expect(try Self.route(Self.settings(), spec).needs.isEmpty)
    }

    @Test("an address that is a whole variable is the user's, once the program may read the variable")
    func variable() throws {
        let spec = LMSpec(model: "openai/m", options: ["api_base": "${env:MY_BASE}"])
        let route = try Self.route(Self.settings(["MY_BASE": "https://mine.example/v1"]), spec)
        #expect(route.address == .user("https://mine.example/v1"))
        #expect(route.needs.map(\.capability) == [.environment("MY_BASE")])
        #expect(try Self.route(Self.settings(), spec).missing.map(\.variable) == ["MY_BASE"])
    }

    @Test("a provider's own key goes to its own server without a word, any other variable with one")
    func keys() throws {
        let environment = ["OPENAI_API_KEY": "k1", "OTHER_KEY": "k2"]
        func spec(_ variable: String, _ base: String? = nil) -> LMSpec {
            var options: JSONObject = ["api_key": .string("${env:\(variable)}")]
            if let base { options["api_base"] = .string(base) }
            return LMSpec(model: "openai/m", options: options)
        }
        let own = try Self.route(Self.settings(environment), spec("OPENAI_API_KEY"))
        #expect(own.needs.isEmpty && own.ownKeys == ["OPENAI_API_KEY"])
        let other = try Self.route(Self.settings(environment), spec("OTHER_KEY"))
        #expect(other.needs.map(\.capability) == [.environment("OTHER_KEY")] && other.ownKeys.isEmpty)
        #expect(
            other.options["api_key"] == "k2" && other.written["api_key"] == "${env:OTHER_KEY}" && other.values == ["k2"]
        )
        let far = try Self.route(Self.settings(environment), spec("OPENAI_API_KEY", "https://program.example/v1"))
        #expect(
            far.needs.map(\.capability)
                == [.network(host: "program.example", port: 443), .environment("OPENAI_API_KEY")])
        #expect(far.ownKeys.isEmpty)
    }

    @Test("the options of a model that the settings replace, and their variables, are not looked at")
    func replaced() throws {
        var settings = Self.settings()
        settings.lm = "openai/given"
        let route = try Self.route(
            settings,
            LMSpec(model: "openai/m", options: ["api_base": "https://program.example", "api_key": "${env:NOT_SET}"]))
        #expect(route.name == "openai/given" && route.address == .provider && route.written.isEmpty)
        #expect(route.missing.isEmpty && route.needs.isEmpty)
    }

    @Test("an embedding model is neither replaced by the settings' model nor given its options")
    func embedder() throws {
        var settings = Self.settings()
        settings.lm = "scripted/echo"
        settings.options = ["temperature": 1]
        let route = try ModelRouter(settings: settings, factory: LMFactory(environment: [:])).embedder("openai/e")
        #expect(route.name == "openai/e" && route.options.isEmpty)
    }
}
