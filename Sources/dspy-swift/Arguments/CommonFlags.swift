import OrderedJSON
import Console
import DSPyCore
import DSPySpec

/// Flags that several commands share.
enum CommonFlags {
    /// Which model, and how prompts for it are written.
    static let model: [Flag] = [
        Flag(
            "lm", short: "m", value: .required("MODEL"), defaultText: "the program's own, else $DSPY_LM",
            group: "Model",
            help: "ask this model, provider/model, wherever the program asks one"),
        Flag(
            "api-base", value: .required("URL"), group: "Model",
            help: "the address of an OpenAI-compatible server, wherever the program asks one"),
        Flag(
            "adapter", value: .required("NAME"), choices: AdapterKind.plainNames, group: "Model",
            help: "how prompts are written where the program does not say"),
        Flag(
            "set", value: .required("lm.KEY=VALUE"), isRepeatable: true, group: "Model",
            help: "set an option of the model, such as lm.temperature=0"),
    ]

    /// What is said of a bare signature that stands for a program.
    static let signature: [Flag] = [
        Flag(
            "module", value: .required("NAME"), choices: ModuleKind.allCases.map(\.rawValue), defaultText: "Predict",
            group: "Signature", help: "the module of a bare signature"),
        Flag(
            "instructions", value: .required("TEXT|@FILE"), group: "Signature",
            help: "the task of a bare signature, in words or from a file"),
    ]

    /// How the model is called.
    static let call: [Flag] = [
        Flag(
            "timeout", value: .required("SECONDS"), defaultText: "120", group: "Model",
            help: "how long one call may take"),
        Flag(
            "retries", value: .required("N"), defaultText: "3", group: "Model",
            help: "how often a failed call is tried again"),
        Flag("no-cache", group: "Model", help: "ask anew, and keep no answer"),
        Flag(
            "trace", value: .required("FILE"), group: "Model",
            help: "write every model call, tool call, retry and value handed on to FILE, a JSON line each"),
        Flag("record", value: .required("FILE"), group: "Model", help: "write every request and answer to FILE"),
        Flag(
            "replay", value: .required("FILE"), group: "Model", help: "answer from a recording; no network, no key"),
    ]

    /// Leave to write over what calls leave behind, for commands that have no output of their own to overwrite.
    static let force = Flag("force", group: "Model", help: "overwrite a recording or a trace that is there")

    /// What a program's tools may do.
    static let allow: [Flag] = [
        Flag(
            "allow", value: .required("WHAT"), isRepeatable: true, group: "Tools",
            help:
                "let tools and models run:PROGRAM, net:HOST[:PORT], env:NAME, read:FOLDER, mcp[:NAME], python; `check` tells "
                + "what is asked for"
        ),
        Flag("allow-all", group: "Tools", help: "let tools and models do all that the program asks for"),
        Flag(
            "allow-tool-async-sync-conversion", group: "Tools",
            help: "with --sync, wait for tools that have no sync form (http, mcp, program)"),
    ]

    /// What goes to standard error.
    static let talk: [Flag] = [
        Flag("quiet", short: "q", group: "Messages", help: "no warnings and no progress"),
        Flag("verbose", short: "v", isRepeatable: true, group: "Messages", help: "say more of what happens"),
        Flag("no-color", group: "Messages", help: "no colours"),
    ]

    /// Machine form of a listing.
    static let json = Flag("json", help: "print JSON")
}
