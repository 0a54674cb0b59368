import DSPyCore
import OrderedJSON
import Testing

@Suite("Secrets by name and place")
struct SecretTests {
    @Test(
        "an option counts as a secret whatever its case and separators",
        arguments: [
            ("api_key", true), ("API-Key", true), ("apiKey", true), ("openai.api.key", true), ("azure_ad_token", true),
            ("azureADToken", true), ("aws_secret_access_key", true), ("aws_access_key_id", true),
            ("AWS_SESSION_TOKEN", true),
            ("client-secret", true), ("Password", true), ("vertex_credentials", true), ("token", true),
            ("Authorization", true),
            ("max_tokens", false), ("max_completion_tokens", false), ("eos_token", false), ("prompt_cache_key", false),
            ("user", false), ("temperature", false), ("model_type", false), ("api_base", false), ("seed", false),
            ("", false),
            // Words that only run into each other.
            ("max_read_tokens", false), ("max-api-tokens", false), ("maxAuthTokens", false), ("read_tokens", false),
            ("top_api_keywords", false), ("cached_tokens", false), ("token_limit", false), ("tokenizer", false),
            ("stop_token_ids", false), ("bos_token", false), ("padToken", false), ("next_page_token", false),
            ("cost_per_token", false), ("issue_key", false), ("sort_key", false), ("key", false), ("secretary", false),
            ("cookie_policy", false), ("max_password_length", false),
            // Secrets of somebody else's making.
            ("github_token", true), ("bot_token", true), ("botToken", true), ("BOT-TOKEN", true), ("id_token", true),
            ("token2", true), ("API_KEY_2", true), ("app_secret", true), ("appSecret", true), ("secrets", true),
            ("webhook-secret", true), ("db_password", true), ("dbpassword", true), ("OPENAI_APIkey", true),
            ("openaiapikey", true), ("APIKEY", true), ("AccountKey", true), ("session_cookie", true),
            ("api_keys", true),
            ("access.tokens", true), ("apI_key", true), ("my_jwt", true),
        ])
    func options(name: String, isSecret: Bool) { #expect(SecretNames.isSecret(name) == isSecret) }

    @Test(
        "of headers and query items, key, token and the like count as a word",
        arguments: [
            ("key", true), ("X-Auth-Key", true), ("X-Token", true), ("xAuth", true), ("sig", true),
            ("X-Goog-Api-Key", true),
            ("Ocp-Apim-Subscription-Key", true), ("Cookie", true), ("X-Author", false), ("Keyboard", false),
            ("X-Title", false),
            ("HTTP-Referer", false), ("OpenAI-Organization", false), ("Idempotency-Key", false), ("monkey", false),
        ])
    func fields(name: String, isSecret: Bool) { #expect(SecretNames.isSecretField(name) == isSecret) }

    @Test(
        "an address is shown without its login and the secret items of its query",
        arguments: [
            ("https://h/v1", "https://h/v1"), ("https://name:word@h:1/v1", "https://NAME:PASSWORD@h:1/v1"),
            ("https://word@h", "https://NAME:PASSWORD@h"), ("https://a@b:c@h/x", "https://NAME:PASSWORD@h/x"),
            ("https://h/@cf/model", "https://h/@cf/model"), ("https://h?key=word&v=1", "https://h?key=…&v=1"),
            ("https://h/x?API_KEY=word#part", "https://h/x?API_KEY=…#…"),
            ("https://h?v=1#key=1", "https://h?v=1#…"), ("https://h?v=1&code=word", "https://h?v=1&code=…"),
            ("name:word@h/v1", "NAME:PASSWORD@h/v1"), ("https://h?token=", "https://h?token="),
            ("--api-base=https://n:word@h", "--api-base=https://NAME:PASSWORD@h"),
        ])
    func addresses(address: String, shown: String) {
        #expect(AddressSecrets.hidden(address) == shown)
        #expect(!AddressSecrets.hidden(address).contains("word"))
    }

    @Test(
        "a variable in an address is no literal secret, and a word beside it is one",
        arguments: [
            ("http://h", false), ("http://${env:A}@h", false), ("http://${env:A}:${env:B}@h", false),
            ("http://a:${env:B}@h", false),
            ("http://h?key=${env:A}", false), ("http://a@h", true), ("http://a:b@h", true),
            ("http://${env:A}:b@h", true),
            ("http://h?key=a${env:A}", true), ("http://h?version=1", false),
        ])
    func literals(address: String, isLiteral: Bool) { #expect(AddressSecrets.hasLiteral(address) == isLiteral) }

    @Test("variables stand anywhere in options, with text around; other braces are only text")
    func variables() {
        let options: JSONObject = [
            "api_key": "${env:A}", "headers": ["X": "Bearer ${env:B}!", "Y": "{b} {{c}} ${env:} $ {env:D}"],
            "stop": ["${env:A}", 1, nil], "user": "é${env:C}é",
        ]
        #expect(OptionVariables.names(in: .object(options)) == ["A", "B", "C"])
        let resolved = OptionVariables.resolved(options) { "<\($0)${env:A}>" }
        #expect(
            resolved == [
                "api_key": "<A${env:A}>", "headers": ["X": "Bearer <B${env:A}>!", "Y": "{b} {{c}} ${env:} $ {env:D}"],
                "stop": ["<A${env:A}>", 1, nil], "user": "é<C${env:A}>é",
            ])
        #expect(OptionVariables.only(in: "${env:A}") == "A")
        #expect(OptionVariables.only(in: "x${env:A}") == nil)
    }

    @Test(
        "a secret is one whatever shape or option it stands in",
        arguments: [
            ("headers", "Authorization: Bearer 0123456789"),
            ("extra_headers", [["Authorization", "Bearer 0123456789"]]),
            ("extra_query", ["key": "0123456789"]), ("auth", ["u", "0123456789"]), ("x", "Bearer 0123456789"),
            ("extra_body", ["x": "Basic 0123456789"]), ("api_base", "http://h/p?api-version=1&code=0123456789"),
        ] as [(String, JSON)])
    func shapes(option: String, value: JSON) {
        #expect(!SecretOptions.literals(in: value, of: option).isEmpty)
        #expect(!SecretOptions.hidden(value, of: option).text().contains("0123456789"))
    }

    @Test("hidden options show names, never values; a variable's name is no secret")
    func hidden() {
        let options: JSONObject = [
            "temperature": 0.5, "apiKey": "word", "aws_session_token": 12,
            "extra_headers": ["Authorization": "Bearer ${env:A}", "X-Title": "word"],
            "api_base": "http://n:word@h?key=word",
            "extra_body": ["password": "word", "x": ["sk-0123456789-0123456789-word"]], "api_key": "${env:B}",
            "stop": ["a"],
        ]
        let hidden = SecretOptions.hidden(options)
        #expect(
            hidden == [
                "temperature": 0.5, "apiKey": "…", "aws_session_token": "…",
                "extra_headers": ["Authorization": "Bearer ${env:A}", "X-Title": "…"],
                "api_base": "http://NAME:PASSWORD@h?key=…",
                "extra_body": ["password": "…", "x": ["…"]], "api_key": "${env:B}", "stop": ["a"],
            ])
        #expect(SecretOptions.hidden(hidden) == hidden)
        #expect(
            SecretOptions.literals(in: options) == [
                "apiKey", "aws_session_token", "api_base", "extra_body.password", "extra_body.x",
            ])
    }

    @Test(
        "an option that has several spellings has one name",
        arguments: [
            ("apiKey", "api_key"), ("API-Base", "api_base"), ("baseUrl", "base_url"), ("Headers", "headers"),
            ("extraHeaders", "extra_headers"), ("Extra-Headers", "extra_headers"),
            ("default_headers", "extra_headers"), ("temperature", "temperature"), ("maxTokens", "maxTokens"),
        ])
    func names(written: String, name: String) { #expect(SecretOptions.name(written) == name) }

    @Test("header fields under two names of one option come together")
    func merged() {
        var options = JSONObject()
        SecretOptions.set("extraHeaders", ["A": "1", "B": "2"], in: &options)
        SecretOptions.set("default_headers", ["B": "3"], in: &options)
        SecretOptions.set("Headers", ["C": "4"], in: &options)
        #expect(options == ["extra_headers": ["A": "1", "B": "3"], "headers": ["C": "4"]])
    }

    @Test("of variables, those in secrets and headers are hidden, and those that are secrets by name")
    func secretVariables() {
        func variables(_ name: String, _ value: JSON) -> [String] { SecretOptions.variables(in: value, of: name) }
        #expect(variables("apiKey", "${env:A}") == ["A"])
        #expect(variables("extraHeaders", ["X": "Basic ${env:A}", "Y": "${env:B}"]) == ["A", "B"])
        #expect(variables("extra_body", ["x": [["password": "${env:A}", "region": "${env:B}"]]]) == ["A"])
        #expect(variables("user", "${env:REGION}/${env:GITHUB_TOKEN}") == ["GITHUB_TOKEN"])
    }
}
