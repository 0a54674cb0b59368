import DSPyCore
import OrderedJSON
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@testable import DSPyTools

/// What a model under somebody else's influence may pass to a tool.
@Suite("Hostile arguments")
struct HostileArgumentTests {
    /// `CANARY` is a file that must not come to be.
    static let shellTexts = [
        "; touch CANARY", "| touch CANARY", "& touch CANARY", "&& touch CANARY", "|| touch CANARY", "$(touch CANARY)",
        "`touch CANARY`", "${IFS}touch${IFS}CANARY", "\ntouch CANARY\n", "\r\ntouch CANARY", "> CANARY", ">> CANARY",
        "'; touch CANARY; '", "\"; touch CANARY; \"", "\\\"; touch CANARY", "<(touch CANARY)", "{touch,CANARY}",
        "a b  c\td", "*", "~", "!!", "#", "%s%n", "\u{1B}]0;x\u{7}", "\u{202E}txt", "é", "e\u{301}", "\u{FEFF}x", "",
        " ", "{name}", "{{name}}", "$HOME", "\\", "a\\nb", "=cmd|' /C calc'!A0", "../../etc/passwd", "/etc/passwd",
        "file:///etc/passwd", "@/etc/passwd", "'", "\"",
    ]

    @Test("a text reaches the program as one argument, letter by letter", arguments: shellTexts)
    func oneArgument(text: String) async throws {
        let folder = try TemporaryFolder()
        let canary = folder.path + "/canary"
        let value = PythonString.replace(text, "CANARY", with: canary)
        // `printf` shows how many arguments came, and each between brackets.
        let command = ["sh", "-c", #"printf '%s:' "$#"; printf '[%s]' "$@""#, "probe", "{name}", "a{name}b"]
        let options = CommandTool.Options(folder: folder.path)
        let printed = try await call(command, ["name": .string(value)], options)
        #expect(printed == .string("2:[\(value)][a\(value)b]"))
        #expect(access(canary, F_OK) != 0)
        #expect(try Self.files(in: folder.path).isEmpty)
        let echoed = try await call(["cat"], ["name": .string(value)], .init(stdin: "<{name}>", folder: folder.path))
        #expect(echoed == .string("<\(value)>"))
    }

    @Test(
        "a text cannot become an option",
        arguments: ["-o", "--output=CANARY", "-", "--", "-rf", "-e touch CANARY", "--pre=sh", "-n1", "-\n", "-1"])
    func smuggling(text: String) async throws {
        let folder = try TemporaryFolder()
        let value = Value.string(PythonString.replace(text, "CANARY", with: folder.path + "/canary"))
        let options = CommandTool.Options(folder: folder.path)
        for command in [["printf", "%s", "{x}"], ["printf", "%s", "a", "{x}{y}"], ["sort", "{x}", "--"]] {
            let error = try await #require(throws: ToolError.self) {
                try await call(command, ["x": value, "y": ""], options)
            }
            #expect(error.kind == "ValueError")
        }
        // Behind `--`, and behind a name, it is only a text.
        let text = value.string ?? ""
        #expect(try await call(["printf", "%s", "--", "{x}"], ["x": value], options).string?.hasPrefix("--") == true)
        #expect(
            try await call(["echo", "--name={x}"], ["x": .string(text + ".")], options).string == "--name=\(text).")
        #expect(try Self.files(in: folder.path).isEmpty)
    }

    @Test("an empty argument cannot make room for an option")
    func emptyFront() async throws {
        await #expect(throws: ToolError.self) { try await call(["echo", "{x}-n"], ["x": ""]) }
        await #expect(throws: ToolError.self) { try await call(["echo", "{x}"], ["x": -5]) }
        await #expect(throws: ToolError.self) { try await call(["echo", "{x}"], ["x": -1.5]) }
    }

    @Test("NUL ends no argument")
    func nul() async throws {
        for command in [["echo", "{x}"], ["echo", "a{x}b"], ["echo", "--", "{x}"]] {
            let error = try await #require(throws: ToolError.self) { try await call(command, ["x": "a\0b"]) }
            #expect(error.kind == "ValueError")
        }
        #expect(
            try await call(["od", "-An", "-c"], ["x": "a\0b"], .init(stdin: "{x}")).string?.contains(#"\0"#) == true)
    }

    @Test("values that are no text stay one argument of JSON")
    func structures() async throws {
        let value = Value.dict(["a; touch x": .list(["$(id)", .null, true, 1.5])])
        #expect(try await call(["printf", "%s", "{x}"], ["x": value]) == #"{"a; touch x":["$(id)",null,true,1.5]}"#)
        let deep = (0..<400).reduce(Value.list([])) { inner, _ in .list([inner]) }
        #expect(try await call(["wc", "-c"], ["x": deep], .init(stdin: "{x}")).string == "802")
        let huge = Value.string(String(repeating: "x", count: 3_000_000))
        let error = try await #require(throws: ToolError.self) { try await call(["echo", "{x}"], ["x": huge]) }
        #expect(error.message == "cannot start echo: Argument list too long")
    }

    @Test("a program that is not granted does not start, whatever is passed")
    func denied() async throws {
        let folder = try TemporaryFolder()
        for (command, grant) in [
            (["touch", "{x}"], "run:echo"), (["/bin/touch", "{x}"], "run:touch"), (["./touch", "{x}"], "run:touch"),
        ] {
            let error = try await #require(throws: ToolError.self) {
                try await call(
                    command, ["x": .string(folder.path + "/canary")], .init(folder: folder.path),
                    grants: try Grants([grant]))
            }
            #expect(error.reason == .denied)
            #expect(error.message.hasPrefix("tool `probe` needs --allow run:"))
        }
        #expect(try Self.files(in: folder.path).isEmpty)
    }

    static let addressTexts = [
        "/", "//", "a/b", "../x", "..%2fx", "%2e%2e/x", "?admin=1", "&admin=1", "#x", "a b", "a\r\nX-Evil: 1", "\0",
        "@other.example", ":80@other.example/", "http://other.example/", "//other.example/", "\\\\other.example", "%00",
        "%0d%0aX: y", "a;b", "é", "{x}", "{{x}}", "'\"<>", "+", "%", "\u{202E}", "file:///etc/passwd", "x\ty",
    ]

    @Test("a text stays one segment of the path, and one value of the query", arguments: addressTexts)
    func oneSegment(text: String) async throws {
        let server = try LoopbackServer(replies: [.init("1")])
        let other = try LoopbackServer(replies: [.init("2")])
        let value = Value.string(PythonString.replace(text, "other.example", with: "127.0.0.1:\(other.port)"))
        let grants = try Grants(["net:127.0.0.1:\(server.port)"])
        #expect(try await fetch("GET \(server.address)/a/{x}/b?q={x}&r=1", ["x": value], grants: grants) == 1)
        let path = try #require(server.requests.first).path
        let parts = path.split(separator: "?", omittingEmptySubsequences: false)
        #expect(parts.count == 2)
        #expect(parts[0].split(separator: "/", omittingEmptySubsequences: false).count == 4)
        #expect(parts[0].hasPrefix("/a/") && parts[0].hasSuffix("/b"))
        #expect(parts[1].split(separator: "&").count == 2)
        #expect(server.requests.count == 1)
        #expect(server.requests[0].headers["x-evil"] == nil)
        #expect(other.requests.isEmpty)
    }

    @Test("a text cannot climb in the path", arguments: ["..", ".", "", "%2e%2e"])
    func climbing(text: String) async throws {
        let server = try LoopbackServer(replies: [.init("1")])
        let value = Value.string(text)
        if text == "%2e%2e" {
            // Its percent sign is encoded too, so it is a name like any other.
            _ = try await fetch("GET \(server.address)/files/{x}/y", ["x": value])
            #expect(server.requests[0].path == "/files/%252e%252e/y")
            return
        }
        for address in ["/files/{x}/y", "/files/{x}", "/files/{x}?q=1"] {
            await #expect(throws: ToolError.self) { try await fetch("GET \(server.address)\(address)", ["x": value]) }
        }
        await #expect(throws: ToolError.self) {
            try await fetch("GET \(server.address)/files/.{x}/y", ["x": text == "" ? "" : "."])
        }
        #expect(server.requests.isEmpty)
    }

    @Test(
        "a text cannot add a header",
        arguments: ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1", "a\0b", "\r\n\r\nGET /evil HTTP/1.1"])
    func headerInjection(text: String) async throws {
        let server = try LoopbackServer(replies: [.init("1")])
        let error = try await #require(throws: ToolError.self) {
            try await fetch(
                "GET \(server.address)/", ["x": .string(text)], .init(headers: [.init("X-Name", "n {x}")]))
        }
        #expect(error.kind == "ValueError")
        #expect(server.requests.isEmpty)
    }

    @Test("a host that is not granted is never asked")
    func deniedHost() async throws {
        let server = try LoopbackServer(replies: [.init("1")])
        for grant in ["net:localhost", "net:127.0.0.1:1", "net:127.0.0.10", "run:curl"] {
            let error = try await #require(throws: ToolError.self) {
                try await fetch("GET \(server.address)/", [:], grants: try Grants([grant]))
            }
            #expect(error.reason == .denied)
        }
        #expect(server.requests.isEmpty)
    }

    static let paths = [
        "../secret", "../../etc/passwd", "/etc/passwd", "sub/../../secret", "./../secret", "link", "sub/link",
        "loop", "dirlink/secret", "OUTSIDE/secret", "file:///etc/passwd", "~/.ssh/id_rsa", "a\0b", "a\0/../../secret",
        "/proc/self/environ", "/dev/zero", "/dev/stdin", "....//secret", "..\\secret", "%2e%2e/secret",
        "FOLDER/../OUTSIDENAME/secret", "FOLDER-sibling", "sub//../../secret", "$HOME", "*", "-", "\n",
    ]

    @Test("a path leads out of the folder by no way", arguments: paths)
    func readFile(path: String) async throws {
        let outside = try TemporaryFolder()
        let secret = try outside.write("s3cret", to: "secret")
        let folder = try TemporaryFolder()
        mkdir(folder.path + "/sub", 0o700)
        symlink(secret, folder.path + "/link")
        symlink("../../\(outside.path.split(separator: "/").last ?? "")/secret", folder.path + "/sub/link")
        symlink("loop", folder.path + "/loop")
        symlink(outside.path, folder.path + "/dirlink")
        var text = PythonString.replace(
            path, "OUTSIDENAME", with: String(outside.path.split(separator: "/").last ?? ""))
        text = PythonString.replace(text, "OUTSIDE", with: outside.path)
        text = PythonString.replace(text, "FOLDER", with: folder.path)
        for grants in [try Grants(["read:\(folder.path)"]), .all] {
            let tool = Builtins.readFile(folder: folder.path, grants: grants)
            let error = try await #require(throws: ToolError.self) { try await tool.acall(["path": .string(text)]) }
            #expect(!error.message.contains("s3cret"))
        }
    }

    private static func files(in path: String) throws -> [String] {
        let folder = try #require(opendir(path))
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
