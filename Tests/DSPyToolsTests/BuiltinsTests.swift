import DSPyCore
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@testable import DSPyTools

@Suite("Built-in tools")
struct BuiltinsTests {
    @Test(
        "the calculator computes as Python does",
        arguments: [
            ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("-2 ** 2", "-4"), ("2 ** -1", "0.5"), ("2 ** 3 ** 2", "512"),
            ("7 / 2", "3.5"), ("6 / 3", "2.0"), ("7 // 2", "3"), ("-7 // 2", "-4"), ("-7 % 3", "2"), ("7 % -3", "-2"),
            ("7.5 // 2", "3.0"), ("-7.5 % 2", "0.5"), ("0.1 + 0.2", "0.30000000000000004"), ("1e100", "1e+100"),
            ("1_000 * 2", "2000"), (".5 + 1.", "1.5"), ("sqrt(2)", "1.4142135623730951"), ("abs(-3)", "3"),
            ("round(2.5)", "2"), ("round(3.5)", "4"), ("round(2.675, 2)", "2.67"), ("round(1250, -2)", "1200"),
            ("round(1350, -2)", "1400"), ("min(3, 1.0, 2)", "1.0"), ("max(1, 2)", "2"), ("floor(-1.5)", "-2"),
            ("ceil(1.2)", "2"), ("log(e)", "1.0"), ("log(8, 2)", "3.0"), ("exp(0)", "1.0"), ("sin(0)", "0.0"),
            ("math.cos(0)", "1.0"), ("pi", "3.141592653589793"), ("+5 - -5", "10"), ("1e16", "1e+16"),
            ("5 - 5.0", "0.0"),
            ("-9223372036854775808", "-9223372036854775808"), ("2 ** 62", "4611686018427387904"),
            ("(-1) ** 1000001", "-1"), ("  1\n+ 2 ", "3"), ("pow(2, 10)", "1024"), ("1e308 * 10", "inf"),
        ])
    func calculator(expression: String, expected: String) throws {
        #expect(try Calculator.evaluate(expression).text == expected)
    }

    @Test(
        "what is not arithmetic is refused with Python's class",
        arguments: [
            ("1 / 0", "ZeroDivisionError"), ("1 % 0", "ZeroDivisionError"), ("1 // 0.0", "ZeroDivisionError"),
            ("2 ** 64", "OverflowError"), ("9223372036854775807 + 1", "OverflowError"),
            ("10.0 ** 400", "OverflowError"),
            ("99999999999999999999", "OverflowError"), ("9 ** 9 ** 9 ** 9", "OverflowError"),
            ("exp(1000)", "OverflowError"),
            ("-9223372036854775808 // -1", "OverflowError"), ("abs(-9223372036854775808)", "OverflowError"),
            ("round(-9223372036854775808, -18)", "OverflowError"),
            ("sqrt(-1)", "ValueError"), ("log(0)", "ValueError"), ("(-8) ** 0.5", "ValueError"),
            ("floor(1e300)", "OverflowError"),
            ("", "SyntaxError"), ("1 +", "SyntaxError"), ("(1", "SyntaxError"), ("1 2", "SyntaxError"),
            ("2 ***3", "SyntaxError"),
            ("x", "NameError"), ("__import__('os')", "NameError"), ("sqr(2)", "NameError"), ("sqrt()", "TypeError"),
            ("round(1.5, 1.0)", "TypeError"), ("().__class__", "SyntaxError"), ("1; 2", "SyntaxError"),
            ("'a' * 1000000000", "SyntaxError"), ("1if 1else 2", "SyntaxError"), ("0x10", "SyntaxError"),
            (String(repeating: "(", count: 5000), "ValueError"),
            (String(repeating: "-", count: 5000) + "1", "ValueError"),
            (String(repeating: "2**", count: 3000) + "2", "ValueError"),
            (String(repeating: "1+", count: 20_000), "ValueError"),
        ])
    func refusals(expression: String, kind: String) throws {
        let error = try #require(throws: ToolError.self) { try Calculator.evaluate(expression) }
        #expect(error.kind == kind, "\(expression.prefix(40)): \(error.message)")
    }

    @Test("now and date follow the offset")
    func time() async throws {
        let clock: @Sendable () -> Int = { 1_709_251_199 }
        let now = Builtins.now(clock: clock)
        #expect(try await now.acall([:]) == "2024-02-29T23:59:59+00:00")
        #expect(try await now.acall(["timezone": "+02:00"]) == "2024-03-01T01:59:59+02:00")
        #expect(try await now.acall(["timezone": "UTC-3"]) == "2024-02-29T20:59:59-03:00")
        #expect(try await now.acall(["timezone": "-0330"]) == "2024-02-29T20:29:59-03:30")
        #expect(try await Builtins.date(clock: clock).acall(["timezone": "+00:01"]) == "2024-03-01")
        for zone in ["Europe/Berlin", "", "+", "+25:00", "+1:2:3", "+٢:00", "++1:00"] {
            let error = try await #require(throws: ToolError.self) { try await now.acall(["timezone": .string(zone)]) }
            #expect(error.kind == "ValueError")
        }
    }

    @Test("a file below the granted folder is read")
    func readFile() async throws {
        let folder = try TemporaryFolder()
        mkdir(folder.path + "/sub", 0o700)
        try folder.write("hällo", to: "sub/a.txt")
        symlink("sub/a.txt", folder.path + "/inside")
        let tool = Builtins.readFile(folder: folder.path, grants: try Grants(["read:\(folder.path)"]))
        for path in ["sub/a.txt", "./sub/../sub/a.txt", "inside", folder.path + "/sub/a.txt"] {
            #expect(try await tool.acall(["path": .string(path)]) == "hällo", "\(path)")
        }
        let part = Builtins.readFile(folder: folder.path, grants: try Grants(["read:\(folder.path)/sub"]))
        #expect(try await part.acall(["path": "sub/a.txt"]) == "hällo")
        let none = Builtins.readFile(folder: folder.path, grants: .none)
        let error = try await #require(throws: ToolError.self) { try await none.acall(["path": "sub/a.txt"]) }
        #expect(error.message == "tool `read_file` needs --allow read:\(folder.path)")
    }

    @Test("folders, fifos, devices, large files and files that are not there are said to be so")
    func unreadable() async throws {
        let folder = try TemporaryFolder()
        mkfifo(folder.path + "/fifo", 0o600)
        try folder.write(String(repeating: "x", count: 2000), to: "large")
        let tool = Builtins.readFile(
            folder: folder.path, grants: try Grants(["read:\(folder.path)"]), sizeLimit: 1000)
        for (path, kind) in [
            (".", "IsADirectoryError"), ("fifo", "ValueError"), ("large", "ValueError"), ("none", "FileNotFoundError"),
            ("", "ValueError"),
        ] {
            let error = try await #require(throws: ToolError.self) { try await tool.acall(["path": .string(path)]) }
            #expect(error.kind == kind, "\(path): \(error)")
        }
    }
}
