import DSPySpec

extension FaultTable {
    /// What people write who come from other tools.
    static let newcomers: [Fault] = [
        Fault(.signature, #"{"signature": "q -> a: ⟦string⟧"}"#, "Unknown name: string", help: "did you mean `str`?"),
        Fault(
            .signature, #"{"signature": "q -> a: list[⟦integer⟧]"}"#, "Unknown name: integer",
            help: "did you mean `int`?"),
        Fault(.signature, #"{"signature": "q -> a: ⟦number⟧"}"#, "Unknown name: number", help: "did you mean `float`?"),
        Fault(
            .signature, #"{"signature": "q -> a: ⟦Boolean⟧"}"#, "Unknown name: Boolean", help: "did you mean `bool`?"),
        Fault(
            .type, #"{"types": {"T": {"x": "⟦string⟧"}}, "signature": "q -> a: T"}"#, "Unknown name: string",
            help: "did you mean `str`?"),
        Fault(
            .signature, #"{"signature": "q -> a: Literal[⟦low⟧, high]"}"#, "Unknown name: low",
            help: "did you mean `Literal['low', 'high']`?"),
        Fault(
            .signature, #"{"signature": "q -> a: Literal['low', ⟦high⟧, 3]"}"#, "Unknown name: high",
            help: "did you mean `Literal['low', 'high', 3]`?"),
        Fault(
            .unknownKey, #"{"signature": "q -> a", ⟦"model"⟧: "openai/m"}"#, "unknown key `model`",
            help: #"the model is `lm`: {"lm": "provider/model"}"#),
        Fault(
            .unknownKey, #"{"signature": "q -> a", ⟦"temperature"⟧: 0}"#, "unknown key `temperature`",
            help:
                #"an option of the model stands in `config`: {"config": {"temperature": …}}, or in `lm`, beside `model`"#
        ),
        Fault(
            .unknownKey, #"{"signature": "q -> a", ⟦"system"⟧: "be brief"}"#, "unknown key `system`",
            help: "the task in words is `instructions`; DSPy writes the prompt from it and the signature"),
        Fault(
            .unknownKey, #"{"signature": "q -> a", ⟦"prompt"⟧: "be brief"}"#, "unknown key `prompt`",
            help: "the task in words is `instructions`; DSPy writes the prompt from it and the signature"),
        Fault(
            .unknownKey, #"{"signature": "q -> a", ⟦"examples"⟧: []}"#, "unknown key `examples`",
            help: "examples are `demos`: an array of objects with the fields"),
        Fault(
            .unknownKey, #"{"signature": "q -> a", "config": {⟦"temprature"⟧: 0}}"#,
            "no option of a model is known as `temprature`; it is sent as it is", help: "did you mean `temperature`?",
            .warning),
        Fault(
            .unknownKey, #"{"signature": "q -> a", "lm": {"model": "openai/m", ⟦"max_token"⟧: 9}}"#,
            "no option of a model is known as `max_token`; it is sent as it is", help: "did you mean `max_tokens`?",
            .warning),
        Fault(
            .unknownName, #"{"steps": ["text -> summary", "⟦summery⟧ -> title"]}"#,
            "nothing before gives `summery`, so that it is an input of the program",
            help: "a step gives `summary`; if that is meant, write it so", .warning),
        Fault(
            .file, #"{"signature": "q -> a", "instructions": ⟦"task.md"⟧}"#,
            #"the instructions are the text "task.md", not what the file of that name holds"#,
            help: #"write {"file": "task.md"}"#, .warning, files: ["task.md": "Be brief."]),
        Fault(
            .shape,
            #"⟦{⟧"traces": [], "train": [], "demos": [], "signature": {"instructions": "i", "fields": []}, "lm": null}"#,
            "this is the state of a program as DSPy's `save` writes it; it holds demos and instructions, but not the program",
            help:
                #"write the program: {"signature": "question -> answer", "instructions": …, "demos": […]}, with `demos` and "#
                + "`signature.instructions` of it"),
        Fault(
            .shape, #"⟦{⟧"generate.predict": {"traces": [], "train": [], "demos": [], "lm": null}, "metadata": {}}"#,
            "this is the state of a program as DSPy's `save` writes it; it holds demos and instructions, but not the program",
            help:
                #"write the program: {"signature": "question -> answer", "instructions": …, "demos": […]}, with `demos` and "#
                + "`signature.instructions` of `generate.predict`"),
    ]
}
