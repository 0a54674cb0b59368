import DSPySpec

extension FaultTable {
    private static let nodeNeeds =
        "a node needs one of `signature`, `steps`, `parallel`, `switch`, `if`, `for_each`, `loop`, `of`, `tool`, `program`"

    static let structure: [Fault] = [
        Fault(.syntax, "{\"signature\": \"q -> a\" ⟦x⟧}", "unexpected 'x', expected ',' or '}' after the value"),
        Fault(
            .syntax, "{\"signature\": \"q -> a\"⟦⟧", "unexpected end of the text, expected ',' or '}' after the value"),
        Fault(.tooDeep, String(repeating: "[", count: 96) + "⟦[⟧", "more than 96 arrays and objects inside each other"),
        Fault(.wrongKind, "⟦[1]⟧", "a program is an object or a signature string, found an array"),
        Fault(.unknownKey, #"{⟦"signatur"⟧: "q -> a"}"#, "unknown key `signatur`", help: "did you mean `signature`?"),
        Fault(.unknownKey, #"{⟦"a\nb\u001b"⟧: 1, "signature": "q -> a"}"#, #"unknown key `a\nb\u{1B}`"#),
        Fault(
            .duplicateKey, "{\n \"signature\": \"q -> a\",\n ⟦\"signature\"⟧: \"q -> b\"}",
            "the key `signature` stands twice", help: "it stood first in line 2"),
        Fault(
            .duplicateKey, #"{"signature": "q -> a", "fields": {"q": "x", ⟦"q"⟧: "y"}}"#, "the key `q` stands twice",
            help: "it stood first in line 1"),
        Fault(.unavailable, #"{⟦"state"⟧: "x.json", "signature": "q -> a"}"#, "`state` is not part of this version"),
        Fault(
            .unknownKey, #"{"steps": [{⟦"types"⟧: {}, "signature": "q -> a"}]}"#,
            "`types` belongs at the top of the file, not on an inner node"),
        Fault(.unknownKey, #"{"steps": ["q -> a"], ⟦"demos"⟧: []}"#, "`demos` belongs beside `signature`"),
        Fault(
            .unknownKey, #"{"signature": "q -> a", ⟦"in"⟧: {"q": "question"}}"#,
            "`in` belongs on a node inside `steps` or `parallel`",
            help: "at the top nothing stands before it; a program takes its inputs by their names"),
        Fault(.shape, "⟦{⟧}", nodeNeeds),
        Fault(
            .shape, #"{"steps": ["q -> a", ⟦{⟧}]}"#,
            nodeNeeds),
        Fault(
            .shape, #"{"steps": ["q -> a"], ⟦"parallel"⟧: ["q -> b"]}"#,
            "a node has one of `steps` and `parallel`, not both"),
        Fault(.shape, #"{"steps": ⟦[]⟧}"#, "`steps` is empty"),
        Fault(.shape, #"{"parallel": ⟦{}⟧}"#, "`parallel` is empty"),
        Fault(.wrongKind, #"{"steps": ⟦"q -> a"⟧}"#, "`steps` is an array of nodes, found a string"),
        Fault(
            .wrongKind, #"{"steps": ["q -> a", ⟦7⟧]}"#, "a node is an object or a signature string, found an integer"),
        Fault(
            .wrongKind, #"{"parallel": ⟦null⟧}"#,
            "`parallel` is an array of nodes, or an object of named nodes, found null"),
        Fault(.wrongKind, #"{"parallel": {⟦"a b"⟧: "q -> a"}}"#, #"a branch's name is an identifier, found "a b""#),
        Fault(.wrongKind, #"{"description": ⟦1⟧, "signature": "q -> a"}"#, "`description` is a string, found 1"),
        Fault(
            .wrongKind, #"{"name": ⟦"1st"⟧, "signature": "q -> a"}"#,
            #"`name` is letters, digits, `_` and `-`, with no digit first, found "1st""#),
        Fault(.wrongKind, #"{"title": ⟦7⟧, "signature": "q -> a"}"#, "`title` is a string, found 7"),
        Fault(
            .wrongKind, #"{"parallel": {"x": {"title": ⟦" "⟧, "signature": "q -> a"}}}"#,
            "`title` is empty", help: "without it people see the name"),
        Fault(
            .unknownKey, #"{"settings": {⟦"trackusage"⟧: true}, "signature": "q -> a"}"#,
            "there is no setting `trackusage`",
            help: "did you mean `track_usage`?"),
        Fault(
            .wrongKind, #"{"settings": {"num_retries": ⟦-1⟧}, "signature": "q -> a"}"#,
            "`num_retries` is a whole number from 0, found -1"),
        Fault(
            .unavailable, #"{"settings": {⟦"max_errors"⟧: 1}, "signature": "q -> a"}"#,
            "the setting `max_errors` has no effect in this version", .warning),
        Fault(
            .unknownName, #"{"module": ⟦"Predit"⟧, "signature": "q -> a"}"#, #"there is no module "Predit""#,
            help: #"did you mean "Predict"?"#),
    ]
}
