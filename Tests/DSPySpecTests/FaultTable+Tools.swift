import DSPySpec

extension FaultTable {
    /// A program with one tool, `t`, that an agent may call.
    private static func tool(_ entry: String) -> String {
        #"{"tools": {"t": \#(entry)}, "module": "ReAct", "signature": "q -> a"}"#
    }

    static let tools: [Fault] = [
        Fault(
            .wrongKind, #"{"tools": ⟦[]⟧, "signature": "q -> a"}"#,
            "`tools` is an object of tools by name, found an array"),
        Fault(
            .wrongKind, #"{"tools": {⟦"a b"⟧: {"builtin": "now"}}, "module": "ReAct", "signature": "q -> a"}"#,
            #"a tool's name is an identifier, found "a b""#),
        Fault(
            .wrongKind, tool(#"⟦"rg"⟧"#),
            "`t` is an object with one of `command`, `http`, `builtin`, `mcp`, `program`, found a string"),
        Fault(
            .shape, tool(#"⟦{⟧"description": "x"}"#),
            "the tool `t` needs one of `command`, `http`, `builtin`, `mcp`, `program`"),
        Fault(
            .shape, tool(#"{"builtin": "now", ⟦"mcp"⟧: ["x"]}"#), "a tool has one of `builtin` and `mcp`, not both"),
        Fault(
            .unknownKey, tool(#"{⟦"comand"⟧: ["ls"]}"#), "a tool has no key `comand`", help: "did you mean `command`?"),
        Fault(
            .unknownKey, tool(#"{"command": ["ls"], ⟦"timeot"⟧: 1}"#), "a tool has no key `timeot`",
            help: "did you mean `timeout`?"),
        Fault(
            .unknownKey, tool(#"{"command": ["ls"], ⟦"headers"⟧: {}}"#), "`headers` belongs beside `http`"),
        Fault(
            .unknownKey, tool(#"{"builtin": "now", ⟦"args"⟧: {"x": "str"}}"#),
            "`args` belongs beside `command` or `http`",
            help: "a `builtin` tool says its arguments itself"),
        Fault(
            .unknownName, tool(#"{"builtin": ⟦"calculater"⟧}"#), #"there is no built-in tool "calculater""#,
            help: #"did you mean "calculator"?"#),
        Fault(
            .wrongKind, tool(#"{"command": ⟦"ls -l"⟧}"#),
            "`command` is an array of strings, the program first, found a string"),
        Fault(
            .shape, tool(#"{"command": [⟦"{q}"⟧], "args": {"q": "str"}}"#),
            "the program of a command may not come from an argument",
            help: "name the program; arguments stand behind it"),
        Fault(
            .unknownName, tool(#"{"command": ["rg", "-e ⟦{patern}⟧{pattern}"], "args": {"pattern": "str"}}"#),
            "`{patern}` is no argument of the tool", help: "did you mean `pattern`?"),
        Fault(
            .unknownName, tool(#"{"command": ["awk", "⟦{print}⟧"]}"#), "`{print}` is no argument of the tool",
            help: "say it under `args`, or write {{print}} for the text"),
        Fault(
            .unused, tool(#"{"command": ["ls"], "args": {⟦"path"⟧: "str"}}"#),
            "nothing in the tool uses the argument `path`", help: "write {path} where it belongs", .warning),
        Fault(
            .type, tool(#"{"command": ["ls", "{n}"], "args": {"n": "⟦itn⟧"}}"#), "Unknown name: itn",
            help: "did you mean `int`?"),
        Fault(
            .type, tool(#"{"command": ["ls", "{n}"], "args": {"n": "int = ⟦'x'⟧"}}"#),
            "the default of `n` does not fit int: expected an int, found 'x'"),
        Fault(
            .type, tool(#"{"command": ["ls", "{n}"], "args": {"n": "int = ⟦f(1)⟧"}}"#),
            "the default f(1) is no Python literal"),
        Fault(
            .type, tool(#"{"command": ["ls", "{n}"], "args": {"n": {"type": "int", "default": ⟦"x"⟧}}}"#),
            "the default of `n` does not fit int: expected an int, found 'x'"),
        Fault(
            .shape, tool(#"{"command": ["ls", "{n}"], "args": {"n": {"type": "int = ⟦1⟧", "default": 2}}}"#),
            "`n` has two defaults"),
        Fault(
            .shape, tool(#"{"command": ["ls", "{n}"], "args": {"n": ⟦{"desc": "x"}⟧}}"#),
            "the argument `n` has no `type`"),
        Fault(
            .unknownKey, tool(#"{"command": ["ls", "{n}"], "args": {"n": {"type": "int", ⟦"des"⟧: "x"}}}"#),
            "an argument has no key `des`", help: "did you mean `desc`?"),
        Fault(
            .wrongKind, tool(#"{"command": ["ls", "{n}"], "args": {"n": ⟦1⟧}}"#),
            "`args.n` is a type, or an object with `type`, found 1"),
        Fault(
            .wrongKind, tool(#"{"command": ["ls"], "timeout": ⟦0⟧}"#),
            "`timeout` is a number of seconds above 0 up to 86400, found 0"),
        Fault(
            .wrongKind, tool(#"{"command": ["ls"], "max_output": ⟦1.5⟧}"#),
            "`max_output` is a whole number from 1 to 100000000, found 1.5"),
        Fault(
            .wrongKind, tool(#"{"command": ["ls"], "result": ⟦"xml"⟧}"#),
            #"`result` is "text" or "json", found a string"#),
        Fault(
            .wrongKind, tool(#"{"command": ["ls"], "ok_statuses": ⟦1⟧}"#),
            "`ok_statuses` is an array of exit statuses, such as [0, 1], found 1"),
        Fault(
            .wrongKind, tool(#"{"command": ["ls"], "ok_statuses": ⟦[]⟧}"#),
            "`ok_statuses` is an array of exit statuses, such as [0, 1], found an array"),
        Fault(
            .wrongKind, tool(#"{"command": ["ls"], "ok_statuses": [0, ⟦256⟧]}"#),
            "`ok_statuses` is a whole number from 0 to 255, found 256"),
        Fault(
            .ignored, tool(#"{"command": ["ls"], "ok_statuses": [0, 1, ⟦0⟧]}"#), "`ok_statuses` names 0 twice", .warning
        ),
        Fault(
            .unknownKey, tool(#"{"http": "GET https://e.org", ⟦"ok_statuses"⟧: [0]}"#),
            "`ok_statuses` belongs beside `command`"),
        Fault(
            .file, tool(#"{"command": ["ls"], "cwd": ⟦"../x"⟧}"#), #"the path "../x" leaves the program's folder"#,
            help: "name a file inside the folder"),
        Fault(
            .secret, tool(#"{"command": ["ls"], "env": [⟦"KEY=abc"⟧]}"#),
            "a value of the environment may not stand in a program file",
            help: #"name the variable alone, "KEY"; the caller sets it"#),
        Fault(
            .secret, tool(#"{"command": ["x", "--key", ⟦"sk-abc"⟧]}"#), "a key may not stand in a program file",
            help: "name its variable under `env`; commands of the machine see each other's arguments"),
        Fault(
            .wrongKind, tool(#"{"http": ⟦"https://example.org"⟧}"#),
            #"`http` is a method and an address, such as "GET https://example.org/{id}", found a string"#),
        Fault(
            .wrongKind, tool(#"{"http": ⟦"GTE https://example.org"⟧}"#), "there is no method GTE",
            help: "did you mean `GET`?"),
        Fault(
            .wrongKind, tool(#"{"http": ⟦"HEAD https://example.org"⟧}"#), "there is no method HEAD",
            help: "the methods are GET, POST, PUT, PATCH, DELETE"),
        Fault(
            .shape, tool(#"{"http": ⟦"GET https://{h}.org/"⟧, "args": {"h": "str"}}"#),
            "the host of an address may not come from an argument or the environment",
            help: "the caller grants hosts by name; write it down"),
        Fault(
            .secret, tool(#"{"http": "GET https://example.org", "headers": {"Authorization": ⟦"Bearer abc"⟧}}"#),
            "a key may not stand in a program file", help: #"write "Bearer ${env:NAME}""#),
        Fault(
            .secret, tool(#"{"http": "GET https://example.org", "headers": {"X-Api-Key": ⟦"abc"⟧}}"#),
            "a key may not stand in a program file", help: #"write "${env:NAME}""#),
        Fault(
            .secret, tool(#"{"http": ⟦"GET https://example.org?api_key=abc"⟧}"#),
            "a key may not stand in a program file", help: "write api_key=${env:NAME}"),
        Fault(
            .unknownName, tool(#"{"http": "POST https://example.org", "body": {"x": ["⟦{q}⟧"]}}"#),
            "`{q}` is no argument of the tool", help: "say it under `args`, or write {{q}} for the text"),
        Fault(
            .wrongKind, tool(#"{"mcp": ⟦[]⟧}"#),
            "`mcp` is a command as an array of strings, or an https address, found an array"),
        Fault(
            .unknownKey, tool(#"{"mcp": "https://example.org/mcp", ⟦"env"⟧: ["X"]}"#),
            "`env` belongs to a server that is a command"),
        Fault(
            .unknownField, tool(#"{"command": ["ls", "{path}"], "args": {"path": "str"}, "bind": {⟦"pth"⟧: "x"}}"#),
            "`bind` speaks of `pth`, which is no argument of the tool", help: "did you mean `path`?"),
        Fault(
            .type, tool(#"{"command": ["ls", "{n}"], "args": {"n": "int"}, "bind": {"n": ⟦"x"⟧}}"#),
            "the value of `n` does not fit int: expected an int, found 'x'"),
        Fault(
            .secret, tool(#"{"mcp": ["x"], "bind": {"api_key": ⟦"abc"⟧}}"#), "a key may not stand in a program file",
            help: #"write "${env:NAME}""#),
        Fault(
            .unused, #"{"tools": {⟦"t"⟧: {"builtin": "now"}}, "signature": "q -> a"}"#, "no node calls the tool `t`",
            help: #"an agent (`"module": "ReAct"`) or a node with `tool` does"#, .warning),
        Fault(.file, tool(#"{"program": ⟦"none.json"⟧}"#), #"cannot read "none.json": no such file"#),
        Fault(.cycle, tool(#"{"program": ⟦"p.json"⟧}"#), #"the program "p.json" contains itself"#),
        Fault(
            .unknownField,
            #"{"tools": {"t": {"program": "i.json", "bind": {⟦"x"⟧: 1}}}, "module": "ReAct", "signature": "q -> a"}"#,
            "`bind` speaks of `x`, which is no input of the program", help: "there is `count`",
            files: ["i.json": #""count: int -> a""#]),
    ]

    static let modules: [Fault] = [
        Fault(
            .shape, #"{"module": ⟦"BestOfN"⟧, "signature": "q -> a"}"#, "`BestOfN` belongs on a node with `of`",
            help: #"write {"module": "BestOfN", "of": …}, with the node inside"#),
        Fault(
            .unused, #"{"module": "ReAct", "signature": ⟦"q -> a"⟧}"#, "`ReAct` has no tools to call",
            help: "describe them under `tools`", .warning),
        Fault(
            .nameClash,
            #"{"tools": {"t": {"builtin": "now"}}, "module": "ReAct", "signature": "q, ⟦trajectory⟧ -> a"}"#,
            "`ReAct` needs the name `trajectory` itself", help: "rename the field"),
        Fault(
            .nameClash,
            #"{"tools": {"t": {"builtin": "now"}}, "module": "ReActV2", "signature": "q, ⟦history⟧ -> a"}"#,
            "`ReActV2` needs the name `history` itself", help: "rename the field"),
        Fault(
            .nameClash, #"{"module": "RLM", "signature": "q -> ⟦final_reasoning⟧"}"#,
            "`RLM` needs the name `final_reasoning` itself", help: "rename the field"),
        Fault(
            .nameClash, #"{"tools": {"submit": {"builtin": "now"}}, "module": "ReActV2", "signature": ⟦"q -> a"⟧}"#,
            "`ReActV2` needs the name `submit` itself; a tool is called so", help: "rename the tool"),
        Fault(
            .nameClash, #"{"tools": {"q": {"builtin": "now"}}, "module": "RLM", "signature": "⟦q⟧ -> a"}"#,
            "the input `q` and a tool have the same name in the code of `RLM`", help: "rename one of them"),
        Fault(
            .unknownName,
            #"{"tools": {"grep": {"builtin": "now"}}, "module": "ReAct", "signature": "q -> a", "use": ["grep", ⟦"gerp"⟧]}"#,
            "there is no tool `gerp`", help: "did you mean `grep`?"),
        Fault(
            .nameClash,
            #"{"tools": {"t": {"builtin": "now"}}, "module": "ReAct", "signature": "q -> a", "use": ["t", ⟦"t"⟧]}"#,
            "`use` names `t` twice"),
        Fault(
            .unknownName,
            #"{"tools": {"t": {"builtin": "now"}}, "module": "ReAct", "signature": "q -> a", "use": [⟦"t.x"⟧]}"#,
            "`t` is a tool and no server, so it has no `x`", help: #"write "t""#),
        Fault(
            .unknownName,
            #"{"tools": {"f": {"mcp": ["x"], "allow": ["read"]}}, "module": "ReAct", "signature": "q -> a", "use": [⟦"f.raed"⟧]}"#,
            "`f` allows no tool `raed`", help: "did you mean `read`?"),
        Fault(
            .ignored, #"{"signature": "q -> a", ⟦"max_iters"⟧: 3}"#, "`max_iters` has no effect on `Predict`", .warning),
        Fault(.ignored, #"{"signature": "q -> a", ⟦"M"⟧: 3}"#, "`M` has no effect on `Predict`", .warning),
        Fault(.ignored, #"{"signature": "q -> a", ⟦"use"⟧: []}"#, "`use` has no effect on `Predict`", .warning),
        Fault(
            .ignored, #"{"module": "RLM", "signature": "q -> a", ⟦"demos"⟧: []}"#, "`demos` has no effect on `RLM`",
            .warning),
        Fault(
            .wrongKind, #"{"module": "RLM", "signature": "q -> a", "max_iters": ⟦0⟧}"#,
            "`max_iters` is a whole number from 1 to 1000, found 0"),
        Fault(
            .shape, #"{"signature": "q -> a", ⟦"knn"⟧: {"k": 1, "embedder": "openai/x"}}"#,
            "`knn` chooses among `demos`, and there are none", help: #"write "demos": "examples.jsonl""#),
        Fault(
            .shape, #"{"signature": "q -> a", "demos": [{"q": "x", "a": "y"}], "knn": ⟦{"k": 1}⟧}"#,
            "`knn` needs `k` and `embedder`", help: #"write {"k": 3, "embedder": "provider/model"}"#),
        Fault(
            .unknownName, #"{"steps": ["q -> x", {"tool": ⟦"grep"⟧}]}"#, "there is no tool `grep`",
            help: "describe it under `tools` at the top of the file"),
        Fault(
            .shape, #"{"tools": {"f": {"mcp": ["x"]}}, "tool": ⟦"f"⟧}"#, "`f` is a server; name one of its tools",
            help: #"write "f.NAME""#),
        Fault(
            .unknownField,
            #"{"tools": {"t": {"command": ["x", "{path}"], "args": {"path": "str"}}}, "tool": "t", "with": {"path": "p", ⟦"pth"⟧: "q"}}"#,
            "`with` speaks of `pth`, which the tool does not take", help: "did you mean `path`?"),
        Fault(
            .unknownField,
            #"{"tools": {"t": {"command": ["x", "{path}"], "args": {"path": "str"}}}, "tool": "t", "with": {⟦"pth"⟧: {"value": 1}}}"#,
            "`with` speaks of `pth`, which the tool does not take", help: "did you mean `path`?"),
        Fault(
            .type,
            #"{"tools": {"t": {"command": ["x", "{n}"], "args": {"n": "int"}}}, "tool": "t", "with": {"n": {"value": ⟦"x"⟧}}}"#,
            "the value of `n` does not fit int: expected an int, found 'x'"),
        Fault(
            .wrongKind,
            #"{"tools": {"t": {"command": ["x", "{n}"], "args": {"n": "int"}}}, "tool": "t", "with": {"n": ⟦5⟧}}"#,
            #"`with.n` is a path, or {"value": …} for a fixed value, found 5"#),
        Fault(
            .edge,
            #"{"tools": {"t": {"command": ["x", "{n}"], "args": {"n": "int"}}}, "steps": ["q -> s: str", {"tool": "t", "with": {"n": ⟦"s"⟧}}]}"#,
            "`n` is declared int, but `s` is str",
            help: "declare the same type, or none: an input without a type takes any value"),
    ]
}
