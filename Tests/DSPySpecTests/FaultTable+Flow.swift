import DSPySpec

extension FaultTable {
    static let branches: [Fault] = [
        Fault(.shape, #"{⟦"switch"⟧: "q"}"#, "`switch` has no `cases`", help: #"write "cases": {"low": …, "high": …}"#),
        Fault(.shape, #"{"switch": "q", "cases": ⟦{}⟧}"#, "`cases` is empty"),
        Fault(
            .wrongKind, #"{"switch": ⟦1⟧, "cases": {"a": "q -> a"}}"#,
            "`switch` is a path (`field`, `step.field`), found 1"),
        Fault(
            .cases,
            #"{"steps": ["q -> k: Literal['low', 'high']", {"switch": "k", "cases": {⟦"hihg"⟧: "q -> a", "low": "q -> a"}}]}"#,
            #"`k` is never "hihg""#, help: #"did you mean "high"?"#),
        Fault(
            .cases, #"{"steps": ["q -> k: bool", {"switch": ⟦"k"⟧, "cases": {"true": "q -> a"}}]}"#,
            #"`switch` has no case for "false""#, help: "add it, or `else`"),
        Fault(
            .cases,
            #"{"types": {"S": ["a", "b"]}, "steps": ["q -> k: S", {"switch": "k", "cases": {"a": "q -> x", "b": "q -> x"}, ⟦"else"⟧: "q -> x"}]}"#,
            "`else` never runs: every value of `k` has a case", .warning),
        Fault(
            .cases,
            #"{"types": {"S": ["a"]}, "steps": ["q -> k: S", {"switch": "k", "cases": {"a": "q -> x", ⟦"A"⟧: "q -> x"}}]}"#,
            #"two cases are for "a""#),
        Fault(
            .cases, #"{"steps": ["q -> k", {"switch": ⟦"k"⟧, "cases": {"a": "q -> x", "b": "q -> x"}}]}"#,
            "`k` is str, so that no cases can be all there are",
            help: "add `else`, or declare it as Literal['a', 'b']"),
        Fault(
            .edge, #"{"steps": ["q -> k: list[str]", {"switch": ⟦"k"⟧, "cases": {"a": "q -> x"}}]}"#,
            "`switch` takes an enum, a Literal or a bool, but `k` is list[str]"),
        Fault(
            .unknownName,
            #"{"steps": [{"name": "s", "signature": "q -> kind: bool"}, {"switch": ⟦"s.knd"⟧, "cases": {"true": "q -> x"}, "else": "q -> x"}]}"#,
            "the step `s` has no `knd`", help: "did you mean `s.kind`?"),
        Fault(
            .unknownName,
            #"{"steps": ["q -> k: bool", {"switch": "k", "cases": {"true": "q -> x, y", "false": "q -> x"}}, "x, ⟦y⟧ -> z"]}"#,
            "only some branches give `y`", help: "give it in every branch, or give it a value before they part"),
        Fault(
            .unknownName, #"{"steps": ["q -> n: int", {"if": "n > 1", "then": "q -> x"}, "⟦x⟧ -> z"]}"#,
            "only some branches give `x`", help: "give it in every branch, or give it a value before they part"),
        Fault(
            .unknownName,
            #"{"steps": ["q -> n: int", {"if": "n > 1", "then": "q -> x"}, {"if": "⟦x⟧ == 'y'", "then": "q -> z"}]}"#,
            "only some branches give `x`", help: "give it in every branch, or give it a value before they part"),
        Fault(
            .edge,
            #"{"steps": ["q -> k: bool", {"switch": "k", "cases": {"true": "q -> n: int", "false": "q -> n: str"}}, "⟦n⟧: int -> z"]}"#,
            "`n` is declared int, but `n` is Union[int, str]",
            help: "declare the same type, or none: an input without a type takes any value"),
        Fault(
            .shape, #"{⟦"if"⟧: "n > 1"}"#, "`if` has no `then`",
            help: #"write "then": {…}, the node that runs when it holds"#),
        Fault(.wrongKind, #"{"if": ⟦true⟧, "then": "q -> a"}"#, "`if` is an expression in a string, found true"),
        Fault(
            .syntax, #"{"if": "n >⟦⟧", "then": "q -> a"}"#, #"the expression "n >": expected a value, found the end"#),
        Fault(
            .unknownName,
            #"{"steps": [{"name": "s", "signature": "q -> n: int"}, {"if": "⟦s.m⟧ > 1", "then": "q -> a"}]}"#,
            "the step `s` has no `m`", help: "did you mean `s.n`?"),
        Fault(.unknownKey, #"{"steps": ["q -> a"], ⟦"cases"⟧: {}}"#, "`cases` belongs beside `switch`"),
        Fault(.unknownKey, #"{"signature": "q -> a", ⟦"else"⟧: "q -> b"}"#, "`else` belongs beside `switch` or `if`"),
    ]

    static let repetition: [Fault] = [
        Fault(
            .edge, #"{"steps": ["q -> n: int", {"for_each": ⟦"n"⟧, "as": "x", "do": "x -> a"}]}"#,
            "`for_each` takes a list, but `n` is int"),
        Fault(
            .edge, #"{"steps": ["q -> l: list[int]", {"for_each": "l", "as": "x", "do": "⟦x⟧: bool -> a"}]}"#,
            "`x` is declared bool, but `x` is int",
            help: "declare the same type, or none: an input without a type takes any value"),
        Fault(
            .shape, #"{⟦"for_each"⟧: "l", "do": "x -> a"}"#, "`for_each` has no `as`", help: #"write "as": "item""#),
        Fault(
            .shape, #"{⟦"for_each"⟧: "l", "as": "x"}"#, "`for_each` has no `do`",
            help: #"write "do": {…}, the node that runs for every item"#),
        Fault(
            .wrongKind, #"{"for_each": "l", "as": ⟦"a b"⟧, "do": "x -> a"}"#,
            "`as` is the name of an item, an identifier, found a string"),
        Fault(
            .unused, #"{"for_each": "l", "as": ⟦"x"⟧, "do": "q -> a"}"#,
            "the node does not take `x`, so it does the same for every item",
            help: "name one of its inputs `x`, or map one to it with `in`", .warning),
        Fault(
            .unknownName, #"{"for_each": "l", "as": "x", "do": "x -> answer", "collect": ⟦"anwser"⟧}"#,
            "nothing gives `anwser`", help: "did you mean `answer`?"),
        Fault(
            .wrongKind, #"{"for_each": "l", "as": "x", "do": "x -> a", "collect": ⟦["a"]⟧}"#,
            "`collect` is an output of the node, or {name: path}, found an array"),
        Fault(
            .wrongKind, #"{"for_each": "l", "as": "x", "do": "x -> a", "concurrency": ⟦1001⟧}"#,
            "`concurrency` is a whole number from 1 to 1000, found 1001"),
        Fault(
            .wrongKind, #"{"for_each": "l", "as": "x", "do": "x -> a", "on_error": ⟦"ignore"⟧}"#,
            #"`on_error` is "fail", "skip" or "null", found a string"#),
        Fault(
            .shape, #"{⟦"loop"⟧: "q -> a, n: int", "until": "n > 1"}"#, "`loop` has no `max`",
            help: #"every loop is bounded: write "max": 5"#),
        Fault(
            .wrongKind, #"{"loop": "q -> a", "max": 2, "start": ⟦["x"]⟧}"#,
            #"`start` is an object of name and value, found an array"#),
        Fault(
            .wrongKind, #"{"loop": "q -> a", "max": 2, "start": {⟦"a b"⟧: 1}}"#,
            #"the name of a start value is an identifier, found "a b""#),
        Fault(
            .type, #"{"loop": "q, n: int -> a", "max": 2, "start": {"n": ⟦"x"⟧}}"#,
            "the start value of `n` does not fit int: expected an int, found 'x'"),
        Fault(
            .unused, #"{"loop": "question -> a", "max": 2, "start": {⟦"tone"⟧: "x"}}"#, "no round takes `tone`",
            help: "there is `question`", .warning),
        Fault(
            .wrongKind, #"{"loop": "q -> a", "max": 2, "gather": ⟦["a"]⟧}"#,
            #"`gather` is an object of name and path, found an array"#),
        Fault(
            .wrongKind, #"{"loop": "q -> a", "max": 2, "gather": {"all": ⟦{"unique": true}⟧}}"#,
            #"`gather.all` is a path of a round's output, or {"from": path, "unique": true}, found an object"#),
        Fault(
            .wrongKind, #"{"loop": "q -> a", "max": 2, "gather": {"all": {"from": "a", "unique": ⟦"yes"⟧}}}"#,
            #"`gather.all.unique` is true or false, found a string"#),
        Fault(
            .unknownKey, #"{"loop": "q -> a", "max": 2, "gather": {"all": {"from": "a", ⟦"uniqe"⟧: true}}}"#,
            "`gather.all` has no key `uniqe`", help: "did you mean `unique`?"),
        Fault(
            .unknownName, #"{"loop": "q -> answer", "max": 2, "gather": {"all": ⟦"anser"⟧}}"#,
            "nothing gives `anser`", help: "did you mean `answer`?"),
        Fault(
            .edge, #"{"loop": "q, ⟦all⟧: str -> n: int", "max": 2, "gather": {"all": "n"}}"#,
            "the next round takes `all` as str, but the rounds gather list[int]",
            help: "declare the same type, or none: an input without a type takes any value"),
        Fault(
            .shape, #"{"loop": "q -> a", "max": 2, "until": "a", ⟦"while"⟧: "a"}"#,
            "a loop has one of `until` and `while`, not both"),
        Fault(
            .wrongKind, #"{"loop": "q -> a", "until": "a == 'x'", "max": ⟦0⟧}"#,
            "`max` is a whole number from 1 to 1000, found 0"),
        Fault(
            .edge,
            #"{"loop": {"signature": "⟦old⟧: int -> new: str", "in": {"old": "new"}}, "until": "new == 'x'", "max": 2}"#,
            "the next round takes `old` as int, but this one gives str",
            help: "declare the same type, or none: an input without a type takes any value"),
        Fault(
            .unknownName, #"{"loop": "question -> score: int", "until": "⟦b.scor⟧ > 1", "max": 2}"#,
            "nothing gives `b.scor`", help: "there are `score`, `question`"),
        Fault(
            .shape, #"{⟦"of"⟧: "q -> a", "n": 3, "reward": "len(a)"}"#, "`of` has no `module`",
            help: #"write "module": "BestOfN", "Refine" or "Majority""#),
        Fault(
            .shape, #"{"module": ⟦"ReAct"⟧, "of": "q -> a", "n": 3}"#, "`ReAct` is no module of `of`",
            help: "around a node there are BestOfN, Refine, Majority; say `module` inside"),
        Fault(
            .shape, #"{"module": "BestOfN", ⟦"of"⟧: "q -> a", "reward": "len(a)"}"#, "`BestOfN` has no `n`",
            help: #"write "n": 3, how many attempts"#),
        Fault(
            .shape, #"{"module": "Refine", ⟦"of"⟧: "q -> a", "n": 2}"#, "`Refine` has no `reward`",
            help: #"write "reward": "len(answer) < 80""#),
        Fault(
            .unknownKey, #"{"module": "Majority", "of": "q -> a", ⟦"reward"⟧: "len(a)"}"#, "`Majority` has no `reward`",
            help: "it counts the answers"),
        Fault(
            .unknownKey, #"{"module": "BestOfN", "of": "q -> a", "n": 2, "reward": "len(a)", ⟦"field"⟧: "a"}"#,
            "`BestOfN` has no `field`", help: "its `reward` speaks of any output"),
        Fault(
            .unknownName, #"{"module": "Majority", "of": "q -> answer, why", "n": 3, "field": ⟦"anwser"⟧}"#,
            "the node has no output `anwser` to count", help: "did you mean `answer`?"),
        Fault(
            .wrongKind, #"{"module": "Majority", "of": "q -> a", "field": ⟦3⟧}"#,
            "`field` is the name of an output, found 3"),
        Fault(
            .expression, #"{"module": "BestOfN", "of": "q -> a", "n": 2, "reward": ⟦"a"⟧}"#,
            "the expression gives no number", help: #"compare, count or calculate: "len(answer) < 80""#),
    ]

    static let guards: [Fault] = [
        Fault(
            .wrongKind, #"{"signature": "q -> a", "timeout": ⟦-1⟧}"#,
            "`timeout` is a number of seconds above 0 up to 86400, found -1"),
        Fault(
            .wrongKind, #"{"signature": "q -> a", "retry": ⟦true⟧}"#,
            "`retry` is a number, or an object with `attempts` and `wait`, found true"),
        Fault(
            .wrongKind, #"{"signature": "q -> a", "retry": ⟦1.5⟧}"#,
            "`retry` is a whole number from 1 to 100, found 1.5"),
        Fault(
            .unknownKey, #"{"signature": "q -> a", "retry": {"attempts": 1, ⟦"wiat"⟧: 1}}"#,
            "`retry` has no key `wiat`",
            help: "did you mean `wait`?"),
        Fault(
            .shape, #"{"signature": "q -> a", "retry": ⟦{"wait": 1}⟧}"#, "`retry` has no `attempts`",
            help: #"write {"attempts": 2, "wait": 1}"#),
        Fault(.wrongKind, #"{"signature": "q -> a", "fallback": ⟦1⟧}"#, "`fallback` is a model or a node, found 1"),
        Fault(
            .unknownName, #"{"lms": {"cheap": "openai/x"}, "signature": "q -> a", "fallback": ⟦"chep"⟧}"#,
            #"the model "chep" is neither `provider/model` nor a name from `lms`"#, help: #"did you mean "cheap"?"#),
        Fault(
            .signature, #"{"signature": "q -> a", "fallback": "q ⟦->⟧ "}"#, #"signature "q -> " has no output field"#),
        Fault(
            .unknownName, #"{"steps": [{"signature": "q -> a, b", "fallback": "q -> a"}, "a, ⟦b⟧ -> c"]}"#,
            "only some branches give `b`", help: "give it in every branch, or give it a value before they part"),
    ]

    static let expressions: [Fault] = [
        Fault(
            .expression, #"{"if": "len(x) ⟦>⟧ 'a'", "then": "x -> a"}"#, "`>` cannot compare a number with a text"),
        Fault(
            .expression, #"{"steps": ["q -> l: list[str]", {"if": "l ⟦>⟧ 3", "then": "q -> a"}]}"#,
            "`>` cannot compare a list with a number"),
        Fault(
            .expression, #"{"steps": ["q -> l: list[str]", {"if": "l ⟦==⟧ 3", "then": "q -> a"}]}"#,
            "a list is never equal to a number"),
        Fault(
            .expression, #"{"steps": ["q -> n: int", {"if": "⟦len⟧(n) > 3", "then": "q -> a"}]}"#,
            "len() takes a text, a list or a dict, found a number"),
        Fault(
            .expression, #"{"steps": ["q -> n: int", {"if": "'a' ⟦in⟧ n", "then": "q -> a"}]}"#,
            "`in` takes a text, a list or a dict on its right, found a number"),
        Fault(
            .expression, #"{"signature": "q -> s: str", "tests": [{"inputs": {"q": 1}, "expect": "s ⟦+⟧ 1 == 2"}]}"#,
            "`+` takes numbers, found a text and a number"),
        Fault(
            .expression,
            #"{"types": {"S": ["low", "high"]}, "signature": "q -> s: S", "tests": [{"inputs": {"q": 1}, "expect": "s ⟦==⟧ 'hihg'"}]}"#,
            "`s` is never 'hihg'; did you mean 'high'?"),
        Fault(
            .expression,
            #"{"signature": "q -> s: Literal['a', 'b']", "tests": [{"inputs": {"q": 1}, "expect": "s ⟦not⟧ in ['a', 'zzz']"}]}"#,
            "`s` is never 'zzz'; it is one of 'a', 'b'"),
    ]
}
