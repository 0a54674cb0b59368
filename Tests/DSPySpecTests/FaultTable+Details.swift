import DSPySpec

extension FaultTable {
    static let details: [Fault] = [
        Fault(
            .wrongKind, #"{"signature": "q -> a", "instructions": ⟦7⟧}"#,
            #"`instructions` is a string, an array of strings, or {"file": path}, found 7"#),
        Fault(
            .unknownField, #"{"signature": "q -> answer", "fields": {⟦"anwser"⟧: "x"}}"#,
            "`fields` speaks of `anwser`, which the signature does not have", help: "did you mean `answer`?"),
        Fault(
            .unknownField, #"{"signature": "q -> a", "defaults": {⟦"zzz"⟧: "x"}}"#,
            "`defaults` speaks of `zzz`, which the signature does not have", help: "its fields are `q`, `a`"),
        Fault(
            .wrongKind, #"{"signature": "q -> a", "fields": {"a": ⟦1⟧}}"#,
            "`fields.a` is a description, or an object with `desc` and constraints, found 1"),
        Fault(
            .wrongKind, #"{"signature": "q -> a", "fields": {"a": {"desc": ⟦true⟧}}}"#,
            "`fields.a.desc` is a string, found true"),
        Fault(
            .unknownKey, #"{"signature": "q -> a", "fields": {"a": {⟦"default"⟧: 1}}}"#, "a field has no key `default`",
            help: "values of a signature's fields stand under `defaults`"),
        Fault(
            .type, #"{"signature": "q -> n: int", "defaults": {"n": ⟦"x"⟧}}"#,
            "the default of `n` does not fit int: expected an int, found 'x'"
        ),
        Fault(.wrongKind, #"{"signature": "q -> a", "n": ⟦0⟧}"#, "`n` is a whole number from 1 to 1000, found 0"),
        Fault(
            .wrongKind, #"{"signature": "q -> a", "n": ⟦"3"⟧}"#, "`n` is a whole number from 1 to 1000, found a string"),
        Fault(
            .wrongKind, #"{"signature": "q -> a", "demos": ⟦{}⟧}"#,
            "`demos` is an array of objects, or the path of a .jsonl file, found an object"),
        Fault(
            .demo,
            #"{"signature": "question -> a", "demos": [{⟦"qestion"⟧: 1, "a": "b", "reasoning": "", "augmented": true}]}"#,
            "the demo has `qestion`, which the signature does not have", help: "did you mean `question`?", .warning),
        Fault(
            .shape, #"{"signature": "q -> a", "outputs": ⟦[]⟧}"#, "`outputs` is empty",
            help: "leave it out for the outputs of the last step"),
        Fault(
            .unknownName, #"{"signature": "q -> a", "outputs": [⟦"b"⟧]}"#, "nothing gives `b`",
            help: "did you mean `a`?"),
        Fault(
            .nameClash,
            #"{"steps": [{"name": "x", "signature": "q -> a"}, {"name": "y", "signature": "a -> a2"}], "outputs": ["x.a", ⟦"a"⟧]}"#,
            "two outputs are called `a`", help: #"name them: {"outputs": {"first": "a", …}}"#),
        Fault(
            .syntax, #"{"signature": "q -> a", "tests": [{"inputs": {"q": 1}, "expect": "a ==⟦⟧"}]}"#,
            #"the expression "a ==": expected a value, found the end"#),
        Fault(
            .unknownName,
            #"{"signature": "q -> answer", "tests": [{"inputs": {"q": 1}, "expect": "len(⟦anwser.x⟧) > 1"}]}"#,
            "nothing gives `anwser.x`", help: "did you mean `answer`?"),
        Fault(
            .unknownField, #"{"signature": "q -> a", "tests": [{"inputs": {"q": 1, ⟦"r"⟧: 2}, "expect": "a"}]}"#,
            "the test gives `r`, which is no input of the program", help: "did you mean `q`?"),
        Fault(
            .shape, #"{"signature": "q, r -> a", "tests": [{"inputs": ⟦{"q": 1}⟧, "expect": "a"}]}"#,
            "the test does not give the input `r`"),
        Fault(
            .shape, #"{"signature": "q -> a", "tests": [⟦{"inputs": {}}⟧]}"#,
            "a test needs an object `inputs` and an expression `expect`"),
    ]

    static let models: [Fault] = [
        Fault(
            .wrongKind, #"{"signature": "q -> a", "lm": ⟦3⟧}"#,
            "`lm` is a string `provider/model` or an object with `model`, found 3"),
        Fault(
            .shape, #"{"signature": "q -> a", "lm": ⟦{"modle": "openai/x"}⟧}"#, "`lm` has no `model`",
            help: "did you mean `model`?"),
        Fault(
            .unknownName, #"{"lms": {"cheap": "openai/x"}, "signature": "q -> a", "lm": ⟦"chep"⟧}"#,
            #"the model "chep" is neither `provider/model` nor a name from `lms`"#, help: #"did you mean "cheap"?"#),
        Fault(
            .unknownName, #"{"signature": "q -> a", "lm": {"model": ⟦"opnai/gpt-4o"⟧}}"#,
            #"unknown provider "opnai"; did you mean "openai"?"#, .warning),
        Fault(
            .secret, #"{"signature": "q -> a", "lm": {"model": "openai/x", "api_key": ⟦"sk-1"⟧}}"#,
            "a key may not stand in a program file",
            help: "write \"${env:NAME}\", or leave it out: the provider's variable is read by itself"),
        Fault(
            .secret, #"{"signature": "q -> a", "config": {"api_key": ⟦"sk-1"⟧}}"#,
            "a key may not stand in a program file",
            help: "write \"${env:NAME}\", or leave it out: the provider's variable is read by itself"),
        Fault(
            .secret, #"{"signature": "q -> a", "lm": {"model": "openai/x", "API-Key": ⟦"abc"⟧}}"#,
            "a key may not stand in a program file", help: "write \"${env:NAME}\""),
        Fault(
            .secret, #"{"signature": "q -> a", "lm": {"model": "x/y", "azure_ad_token": ⟦"abc"⟧}}"#,
            "a key may not stand in a program file", help: "write \"${env:NAME}\""),
        Fault(
            .secret, #"{"signature": "q -> a", "lm": {"model": "x/y", "awsSecretAccessKey": ⟦12⟧}}"#,
            "a key may not stand in a program file", help: "write \"${env:NAME}\""),
        Fault(
            .secret,
            #"{"signature": "q -> a", "lm": {"model": "x/y", "extra_headers": {"X-Access": "a", "X-Token": ⟦"b"⟧}}}"#,
            "a key may not stand in a program file", help: "write \"${env:NAME}\""),
        Fault(
            .secret, #"{"signature": "q -> a", "lm": {"model": "x/y", "headers": {"X-Own": ⟦"Bearer abc"⟧}}}"#,
            "a key may not stand in a program file", help: "write \"Bearer ${env:NAME}\""),
        Fault(
            .secret, #"{"signature": "q -> a", "lm": {"model": "x/y", "user": ⟦"sk-proj-0123456789abcdef"⟧}}"#,
            "a key may not stand in a program file", help: "write \"${env:NAME}\""),
        Fault(
            .secret, #"{"signature": "q -> a", "lm": {"model": "x/y", "api_base": ⟦"https://name:word@h/v1"⟧}}"#,
            "a password or key may not stand in a program file",
            help: "write ${env:NAME} in its place, or give the address with --api-base"),
        Fault(
            .secret, #"{"signature": "q -> a", "lm": {"model": "x/y", "base_url": ⟦"https://h/v1?key=abc"⟧}}"#,
            "a password or key may not stand in a program file",
            help: "write ${env:NAME} in its place, or give the address with --api-base"),
        Fault(
            .secret,
            #"{"lms": {"m": {"model": "x/y", "extra_body": {"client_secret": ⟦"abc"⟧}}}, "signature": "q -> a"}"#,
            "a key may not stand in a program file", help: "write \"${env:NAME}\""),
        Fault(
            .secret, #"{"signature": "q -> a", "config": {"extra_headers": {"Cookie": ⟦"abc"⟧}}}"#,
            "a key may not stand in a program file", help: "write \"${env:NAME}\""),
        Fault(
            .shape, #"{"signature": "q -> a", "lm": {"model": "openai/x", "api_base": ⟦"https://${env:HOST}/v1"⟧}}"#,
            "the host of `api_base` may not be a part of a variable",
            help: "write the host, or `${env:NAME}` alone for the whole address"),
        Fault(
            .shape, #"{"signature": "q -> a", "config": {"user": ⟦"${env:NAME}"⟧}}"#,
            "`${env:NAME}` is read in `lm` only",
            help: "write `user` in `lm`, beside `model`"),
        Fault(
            .unavailable, #"{"signature": "q -> a", "config": {⟦"api_base"⟧: "http://h/v1"}}"#,
            "`api_base` has no effect in `config`", help: "write it in `lm`, beside `model`", .warning),
        Fault(
            .unknownName, #"{"signature": "q -> a", "adapter": ⟦"jsn"⟧}"#, #"there is no adapter "jsn""#,
            help: #"did you mean "json"?"#),
        Fault(
            .unknownName, #"{"signature": "q -> a", "adapter": {"type": ⟦"yaml"⟧}}"#, #"there is no adapter "yaml""#,
            help: #"did you mean "baml"?"#),
        Fault(
            .unknownKey, #"{"signature": "q -> a", "adapter": {"type": "chat", ⟦"use_json_adapter_falback"⟧: false}}"#,
            "the adapter `chat` has no key `use_json_adapter_falback`",
            help: "did you mean `use_json_adapter_fallback`?"),
        Fault(
            .wrongKind, #"{"signature": "q -> a", "adapter": {"type": "xml", "use_json_adapter_fallback": ⟦"no"⟧}}"#,
            "`use_json_adapter_fallback` is true or false, found a string"),
        Fault(
            .shape, #"{"signature": "q -> a", "adapter": ⟦"two_step"⟧}"#,
            "the adapter `two_step` needs a model that extracts",
            help: #"write {"type": "two_step", "extraction_lm": "provider/model"}"#),
        Fault(
            .wrongKind, #"{"signature": "q -> a", "adapter": {"type": "two_step", "extraction_lm": ⟦1⟧}}"#,
            "`extraction_lm` is a string `provider/model` or an object with `model`, found 1"),
        Fault(.wrongKind, #"{"signature": "q -> a", "config": ⟦[]⟧}"#, "`config` is an object, found an array"),
    ]
}
