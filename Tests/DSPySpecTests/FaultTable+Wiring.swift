import DSPySpec

extension FaultTable {
    static let wiring: [Fault] = [
        Fault(
            .edge, #"{"steps": ["q -> flags: list[bool]", "⟦flags⟧ -> a"]}"#,
            "`flags` has no type, and `flags` is list[bool]",
            help: "a field without a type takes no list of numbers and the like: declare `flags: list[bool]`"),
        Fault(
            .edge, #"{"steps": ["q -> flags: list[bool], n: int", {"if": "n > len(flags)", "then": "⟦flags⟧ -> a"}]}"#,
            "`flags` has no type, and `flags` is list[bool]",
            help: "a field without a type takes no list of numbers and the like: declare `flags: list[bool]`"),
        Fault(
            .edge, #"{"steps": ["q -> n: int", "⟦n⟧: list[str] -> a"]}"#, "`n` is declared list[str], but `n` is int",
            help: "declare the same type, or none: an input without a type takes any value"),
        Fault(
            .edge,
            #"{"steps": [{"name": "x", "signature": "q -> n"}, {"signature": "t: int -> a", "in": {"t": ⟦"x"⟧}}]}"#,
            "`t` is declared int, but `x` is Prediction",
            help: "declare the same type, or none: an input without a type takes any value"),
        Fault(
            .unknownName,
            #"{"steps": [{"name": "draft", "signature": "q -> text"}, {"signature": "t -> a", "in": {"t": ⟦"draft.txt"⟧}}]}"#,
            "the step `draft` has no `txt`", help: "did you mean `draft.text`?"),
        Fault(
            .unknownName,
            #"{"steps": [{"name": "draft", "signature": "q -> text"}, {"signature": "t -> a", "in": {"t": ⟦"drat.text"⟧}}]}"#,
            "nothing gives `drat.text`", help: "did you mean `draft.text`?"),
        Fault(
            .unknownName,
            #"{"steps": [{"name": "draft", "signature": "q -> text"}, {"signature": "t -> a", "in": {"t": ⟦"drat"⟧}}]}"#,
            "nothing gives `drat`", help: "did you mean `draft`?"),
        Fault(
            .unknownName,
            #"{"types": {"P": {"name": "str"}}, "steps": ["q -> p: P", {"signature": "t -> a", "in": {"t": ⟦"p.nam"⟧}}]}"#,
            "`p` is P and has no `nam`", help: "did you mean `p.name`?"),
        Fault(
            .unknownField, #"{"steps": ["q -> text", {"signature": "t -> a", "in": {⟦"u"⟧: "text"}}]}"#,
            "`in` speaks of `u`, which the node does not take", help: "did you mean `t`?"),
        Fault(
            .wrongKind, #"{"steps": ["q -> text", {"signature": "t -> a", "in": {"t": ⟦1⟧}}]}"#,
            "`in.t` is a path (`step.field`, `step`, `field`), found 1"),
        Fault(
            .nameClash, #"{"steps": [{"name": "x", "signature": "q -> a"}, {"name": ⟦"x"⟧, "signature": "a -> b"}]}"#,
            "two steps are called `x`"),
        Fault(
            .nameClash, #"{"parallel": ["q -> a", "q -> ⟦a⟧"]}"#, "two branches give `a`",
            help: #"name the branches: {"parallel": {"first": …, "second": …}}"#),
        Fault(
            .shadowed, #"{"steps": ["q -> text", "q -> ⟦text⟧", "text -> a"]}"#,
            "`text` hides the value of an earlier step that nobody has read",
            help: "rename one of them, or give the earlier step a name and read `name.text`", .warning),
        Fault(
            .shadowed, #"{"steps": [{"name": "x", "signature": "q -> text"}, "q -> ⟦text⟧", "text -> a"]}"#,
            "`text` hides the value of an earlier step that nobody has read",
            help: "rename one of them, or read the earlier one as `x.text`", .warning),
    ]

    static let files: [Fault] = [
        Fault(.file, #"{"program": ⟦"none.json"⟧}"#, #"cannot read "none.json": no such file"#),
        Fault(
            .file, #"{"program": ⟦"x.json"⟧}"#, #"cannot read "x.json": permission denied"#,
            files: ["x.json": "unreadable"]),
        Fault(
            .file, #"{"signature": "q -> a", "instructions": {"file": ⟦"../x.md"⟧}}"#,
            #"the path "../x.md" leaves the program's folder"#, help: "name a file inside the folder"),
        Fault(
            .file, #"{"signature": "q -> a", "demos": ⟦"/etc/passwd"⟧}"#,
            #"the path "/etc/passwd" leaves the program's folder"#, help: "name a file inside the folder"),
        Fault(
            .file, #"{"signature": "q -> a", "demos": ⟦"a\u0000b"⟧}"#, #"the path "a\0b" leaves the program's folder"#,
            help: "name a file inside the folder"),
        Fault(
            .file, #"{"program": ⟦""⟧}"#, #"the path "" leaves the program's folder"#,
            help: "name a file inside the folder"),
        Fault(.cycle, #"{"program": ⟦"p.json"⟧}"#, #"the program "p.json" contains itself"#),
        Fault(.wrongKind, #"{"program": ⟦1⟧}"#, "`program` is the path of a program file, found 1"),
    ]
}
