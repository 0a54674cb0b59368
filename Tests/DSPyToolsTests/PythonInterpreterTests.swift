import Platform
import DSPyCore
import OrderedJSON
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@testable import DSPyTools

/// Whether a real Python stands ready.
let hasPython = Executable.find("python3") != nil

@Suite("The Python interpreter", .enabled(if: hasPython))
struct PythonInterpreterTests {
    private let supervisor = ProcessSupervisor(watchdog: nil)

    private func interpreter(
        _ functions: [Tool] = [], _ outputs: [String] = [], _ options: PythonInterpreter.Options = .init()
    ) -> PythonInterpreter {
        var options = options
        if options.timeout == .seconds(30) { options.timeout = .seconds(600) }
        return PythonInterpreter(functions: functions, outputs: outputs, options: options, supervisor: supervisor)
    }

    private func run(_ code: String, _ options: PythonInterpreter.Options = .init()) async throws -> CodeOutcome {
        let python = interpreter([], [], options)
        do {
            let outcome = try await python.execute(code, variables: [:])
            await python.shutdown()
            return outcome
        } catch {
            await python.shutdown()
            throw error
        }
    }

    @Test("the last value counts, then what was printed, as in DSPy")
    func results() async throws {
        #expect(try await run("1 + 1") == .output(2))
        #expect(try await run("x = 3\nprint('a', x)") == .output("a 3"))
        #expect(try await run("print('a')\n{'k': [1, None, 2.5]}") == .output(.dict(["k": .list([1, .null, 2.5])])))
        #expect(try await run("x = 1") == .output(.null))
        #expect(try await run("object()") != .output(.null))
        #expect(try await run("2 ** 100") == .output(.bigInt("1267650600228229401496703205376")))
        #expect(try await run("import sys\nsys.stderr.write('e\\n')\nNone") == .output("e"))
    }

    @Test("the files of its folder are bounded in number and in size")
    func filesAreBounded() async throws {
        let many =
            "made = 0\ntry:\n  for n in range(500):\n    open(f'f{n}', 'w').close()\n    made += 1\nexcept OSError:\n  pass\nmade"
        #expect(try await run(many) == .output(100))
        let large =
            "made = 0\ntry:\n  for n in range(50):\n    with open(f'f{n}', 'wb') as f: f.truncate(30 << 20)\n    made += 1\n"
            + "except OSError:\n  pass\nmade"
        #expect(try await run(large) == .output(4))
        // What is there may still be written to, and what is removed makes room.
        let again =
            "import os\nfor n in range(300):\n  open('one', 'w').write('x')\n  os.remove('one')\nos.listdir('.')"
        #expect(try await run(again) == .output(.list([])))
    }

    @Test("variables and functions stay from step to step")
    func state() async throws {
        let python = interpreter()
        _ = try await python.execute("import math\ndef area(r): return math.pi * r ** 2\nn = 1", variables: ["r": 2.0])
        #expect(try await python.execute("n += 1\nround(area(r), 2), n", variables: [:]) == .output(.list([12.57, 2])))
        await python.shutdown()
        let error = try await #require(throws: ToolError.self) { try await python.execute("1", variables: [:]) }
        #expect(error.kind == "CodeInterpreterError")
    }

    @Test(
        "failing code fails with Python's words",
        arguments: [
            ("x", "NameError: name 'x' is not defined", false),
            ("1 / 0", "ZeroDivisionError: division by zero", false),
            ("raise ValueError('no')", "ValueError: no", false),
            ("exit(3)", "SystemExit: 3", false),
            ("import nonsense_module", "ModuleNotFoundError: No module named 'nonsense_module'", false),
            ("def f(:", "SyntaxError: invalid syntax", true),
        ])
    func failures(code: String, message: String, isSyntax: Bool) async throws {
        let error = try await #require(throws: CodeExecutionError.self) { try await run(code) }
        #expect(error.message.hasPrefix(message))
        #expect(error.isSyntaxError == isSyntax)
    }

    @Test("SUBMIT is a function of the outputs, which takes them by position, by name or both")
    func submissions() async throws {
        let python = interpreter([], ["answer", "score"])
        let expected = CodeOutcome.submitted(.dict(["answer": "a", "score": 1]))
        for code in [
            "SUBMIT('a', 1)", "SUBMIT(score=1, answer='a')", "SUBMIT('a', score=1)",
            "SUBMIT(**{'answer': 'a', 'score': 1})", "SUBMIT(*('a', 1))",
        ] {
            #expect(try await python.execute(code, variables: [:]) == expected)
        }
        for (code, words) in [
            ("SUBMIT('a')", "SUBMIT() missing 1 required positional argument: 'score'"),
            ("SUBMIT()", "SUBMIT() missing 2 required positional arguments: 'answer' and 'score'"),
            ("SUBMIT({'answer': 'a', 'score': 1})", "SUBMIT() missing 1 required positional argument: 'score'"),
            ("SUBMIT('a', 1, 2)", "SUBMIT() takes 2 positional arguments but 3 were given"),
            ("SUBMIT('a', answer='b')", "SUBMIT() got multiple values for argument 'answer'"),
            ("SUBMIT('a', 1, more=2)", "SUBMIT() got an unexpected keyword argument 'more'"),
        ] {
            let error = try await #require(throws: CodeExecutionError.self) {
                try await python.execute(code, variables: [:])
            }
            #expect(error.message == "TypeError: \(words)")
        }
        #expect(
            try await python.execute("try:\n    SUBMIT('a', 1)\nexcept Exception:\n    pass", variables: [:])
                == expected)
        await python.shutdown()
        #expect(try await run("SUBMIT([1])") == .submitted(.dict(["output": .list([1])])))
    }

    @Test("functions of the host answer by position and by name, and their errors are the code's")
    func functions() async throws {
        let seen = Mutex<[ValueDict]>([])
        let add = Tool(
            name: "add", purpose: nil, arguments: [.init("a", .integer), .init("b", .integer, defaultValue: 10)],
            body: .async { values, _ in
                seen.withLock { $0.append(values) }
                guard case .int(let a)? = values["a"], case .int(let b)? = values["b"] else { return .null }
                return .int(a + b)
            })
        let fail = Tool(
            name: "fail", purpose: nil, arguments: [],
            body: .sync { _ in throw ToolError("ValueError", "it is broken") })
        let python = interpreter([add, fail])
        #expect(try await python.execute("add(1, 2) + add(a=3) + add(4, b=5)", variables: [:]) == .output(25))
        #expect(seen.withLock { $0.count } == 3)
        let error = try await #require(throws: CodeExecutionError.self) {
            try await python.execute("fail()", variables: [:])
        }
        #expect(error.message == "RuntimeError: ValueError: it is broken")
        let caught = "try:\n    add(1, 2, 3)\nexcept RuntimeError as e:\n    print(e)"
        #expect(
            try await python.execute(caught, variables: [:])
                == .output("TypeError: add() takes 2 positional arguments but 3 were given"))
        #expect(try await python.execute("add = 3\nadd", variables: [:]) == .output(3))
        #expect(try await python.execute("add(1)", variables: [:]) == .output(11))
        await python.shutdown()
    }

    @Test("an endless loop is interrupted, and the variables stay")
    func timeouts() async throws {
        var options = PythonInterpreter.Options(timeout: .seconds(1))
        options.patience = .seconds(600)
        let python = interpreter([], [], options)
        try await persist { try await python.execute("x = 5", variables: [:]) == .output(.null) }
        let error = try await #require(throws: CodeExecutionError.self) {
            try await python.execute("while True: pass", variables: [:])
        }
        #expect(error.message.hasPrefix("TimeoutError: the code ran longer than 1.0 seconds"))
        try await persist { try await python.execute("x", variables: [:]) == .output(5) }
        await python.shutdown()
    }

    /// On a busy machine even a short piece of code may take too long, which it survives.
    private func persist(_ body: () async throws -> Bool) async throws {
        while true {
            do {
                #expect(try await body())
                return
            } catch let error as CodeExecutionError where error.message.hasPrefix("TimeoutError") {}
        }
    }

    @Test("code that does not let itself be interrupted is killed")
    func stubbornness() async throws {
        let python = interpreter([], [], .init(timeout: .seconds(1)))
        let code = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
        let stubborn = try await #require(throws: ToolError.self) { try await python.execute(code, variables: [:]) }
        #expect(stubborn.kind == "TimeoutError")
        #expect(supervisor.running.isEmpty)
        await python.shutdown()
    }

    @Test("cancelling the task ends the process")
    func cancellation() async throws {
        let started = Mutex(false)
        let note = Tool(
            name: "note", purpose: nil, arguments: [],
            body: .async { _, _ in
                started.withLock { $0 = true }
                return .null
            })
        let python = interpreter([note])
        let task = Task { try await python.execute("note()\nimport time\ntime.sleep(100000)", variables: [:]) }
        while !started.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(supervisor.running.isEmpty)
    }

    @Test("memory and output are limited")
    func limits() async throws {
        let memory = try await #require(throws: CodeExecutionError.self) { try await run("x = 'a' * (2 << 30)") }
        #expect(memory.message.hasPrefix("MemoryError"))
        guard case .output(.string(let text)) = try await run("print('x' * 5000)", .init(outputLimit: 1000)) else {
            Issue.record("no text")
            return
        }
        #expect(text.hasSuffix("[cut here: the code printed too much]"))
        #expect(text.utf8.count < 1100)
    }

    @Test("a process that ends in the middle is an error, not a hang")
    func deaths() async throws {
        let error = try await #require(throws: ToolError.self) { try await run("import os\nos._exit(3)") }
        #expect(error.kind == "CodeInterpreterError")
        #expect(error.message.contains("status 3"))
    }

    @Test(
        "code reaches no network, no program, and no file but Python's own and its folder's",
        arguments: [
            "import socket\nsocket.create_connection(('127.0.0.1', PORT))",
            "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:PORT')",
            "import os\nos.system('touch FOLDER/made')",
            "import subprocess\nsubprocess.run(['touch', 'FOLDER/made'])",
            "import os\nos.execv('/bin/touch', ['touch', 'FOLDER/made'])",
            "import os\nos.fork()",
            "import os\nos.posix_spawn('/bin/touch', ['touch', 'FOLDER/made'], {})",
            "import ctypes\nctypes.CDLL(None).system(b'touch FOLDER/made')",
            "open('FOLDER/made', 'w')",
            "import os\nos.open('FOLDER/made', os.O_CREAT | os.O_WRONLY)",
            "import pathlib\npathlib.Path('FOLDER/made').touch()",
            "open('../made', 'w')",
            "open('FOLDER/secret').read()",
            "open('/etc/passwd').read()",
            "import os\nos.symlink('FOLDER/secret', 'link')\nopen('link').read()",
            "import os\nos.remove('FOLDER/secret')",
            "import os\nos.rename('FOLDER/secret', 'mine')",
            "import os\nos.listdir('FOLDER')",
            "open('/proc/self/environ').read()",
            "import sqlite3\nsqlite3.connect('FOLDER/made')",
            "import os\nos.kill(os.getppid(), 9)",
        ])
    func sandbox(code: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write("s3cret", to: "secret")
        let server = try LoopbackServer(replies: [.init("{}")])
        let text = PythonString.replace(
            PythonString.replace(code, "FOLDER", with: folder.path), "PORT", with: "\(server.port)")
        await #expect(throws: CodeExecutionError.self) { try await run(text) }
        #expect(access(folder.path + "/made", F_OK) != 0)
        #expect(access(folder.path + "/secret", F_OK) == 0)
        #expect(server.requests.isEmpty)
    }

    @Test("its own folder can be written to and is gone afterwards; the environment is empty")
    func surroundings() async throws {
        setenv("DSPY_TOOLS_SECRET", "s3cret", 1)
        let python = interpreter()
        let code = "import os\nopen('a', 'w').write('x')\n[os.getcwd(), sorted(os.environ), open('a').read()]"
        guard case .output(.list(let items)) = try await python.execute(code, variables: [:]) else {
            Issue.record("no list")
            return
        }
        let path = try #require(items[0].string)
        let names = items[1].list?.compactMap(\.string) ?? []
        #expect(Set(names).isSubset(of: ["HOME", "LANG", "LC_CTYPE", "PATH", "TMPDIR"]))
        #expect(items[2] == "x")
        #expect(access(path + "/a", F_OK) == 0)
        await python.shutdown()
        #expect(access(path, F_OK) != 0)
        #expect(supervisor.running.isEmpty)
    }

    @Test("common modules work inside")
    func modules() async throws {
        let code = """
            import re, json, statistics, decimal, fractions, itertools, csv, dataclasses, datetime, zoneinfo, hashlib, uuid
            import concurrent.futures
            @dataclasses.dataclass
            class P:
                x: int
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                squares = list(pool.map(lambda n: n * n, [1, 2]))
            [squares, P(1).x, str(decimal.Decimal('1.1') + 1), hashlib.sha256(b'').hexdigest()[:4]]
            """
        #expect(try await run(code) == .output(.list([.list([1, 4]), 1, "2.1", "e3b0"])))
    }

    @Test("without the grant nothing starts")
    func grants() async throws {
        let make = PythonInterpreter.factory(for: "code", grants: .none, supervisor: supervisor)
        let error = try await #require(throws: ToolError.self) { _ = try await make([], [], RunContext()) }
        #expect(error.reason == .denied)
        let tool = Builtins.pythonInterpreter(grants: .none, supervisor: supervisor)
        let denied = try await #require(throws: ToolError.self) { try await tool.acall(["code": "1"]) }
        #expect(denied.message == "tool `python_interpreter` needs --allow python")
        let granted = Builtins.pythonInterpreter(grants: try Grants(["python"]), supervisor: supervisor)
        #expect(try await granted.acall(["code": "6 * 7"]) == 42)
        #expect(supervisor.running.isEmpty)
    }
}
