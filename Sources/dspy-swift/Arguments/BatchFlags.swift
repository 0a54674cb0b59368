import DSPyCore
import Platform
import Console
import DSPyBatch

/// The flags of `batch`.
enum BatchFlags {
    static let table = FlagTable(
        program: CommandLineTool.name, name: "batch", summary: "run a program on every row of a file",
        usage: [
            "dspy-swift batch PROGRAM INPUTS.jsonl -o OUT.jsonl [OPTION]...",
            "… | dspy-swift batch PROGRAM > OUT.jsonl",
        ],
        discussion: [
            "The output file is the journal: every finished row is one line of it, written at once. A batch that was stopped, "
                + "by a signal, a full disk or kill -9, goes on with --resume; nothing that was finished is asked again. A "
                + "table (-o out.csv) has its journal beside it, out.csv.jsonl, until all rows are done.",
            "Rows run in a window: as one finishes, the next starts. A row that fails becomes a row with an error, which keeps "
                + "its inputs, and the exit code is 1; --resume --retry-failed does failed rows again.",
            "How many calls run at once is learnt: the number rises until the provider answers 429, and falls then. A "
                + "Retry-After holds for all calls with one key; one beyond --retry-wait stops the batch with exit code 75. "
                + "--rate-limit keeps below given rates from the start.",
            "Costs are counted at known prices; `prices` in the configuration sets others, in dollars per million tokens: "
                + "{\"prices\": {\"openai/my-model\": {\"input\": 1, \"output\": 4}}}.",
            "The first SIGINT, SIGTERM or SIGHUP lets rows in flight finish; a further SIGINT or SIGTERM ends at once. SIGUSR1 prints a status line.",
        ],
        examples: [
            .init("", "dspy-swift batch triage.json tickets.jsonl -o out.jsonl"),
            .init("after a stop", "dspy-swift batch triage.json tickets.jsonl -o out.jsonl --resume"),
            .init("columns of a table", "dspy-swift batch qa.json data.csv --field-map q=question -o out.jsonl"),
        ],
        positionals: [
            Positional("PROGRAM", help: "a program file, a folder, or a signature"),
            Positional("INPUT", isOptional: true, help: "the rows; `-` or nothing is standard input"),
        ],
        flags: output + input + pace + stop + CommonFlags.signature + CommonFlags.model + call + CommonFlags.allow
            + CommonFlags.talk)

    private static let output: [Flag] = [
        Flag(
            "output", short: "o", value: .required("FILE"), defaultText: "standard output",
            help: "write rows to FILE, which is the journal too"),
        Flag("resume", help: "go on with an output that is there"),
        Flag("retry-failed", help: "with --resume, do failed rows again"),
        Flag(
            "force",
            help: "overwrite an output, a recording and a trace that are there; with --resume, go on with an output "
                + "whatever made it, and keep its rows"),
        Flag(
            "order", value: .required("ORDER"), choices: BatchOptions.Order.allCases.map(\.rawValue),
            defaultText: "completion", help: "the order of rows in the output"),
        Flag(
            "output-format", value: .required("FORMAT"), choices: OutputFormat.allCases.map(\.rawValue),
            defaultText: "by suffix, standard output jsonl", help: "how rows are written"),
        Flag(
            "stream", value: .required("MODE"), choices: ["ndjson"], defaultText: "off",
            help: "print what happens in the rows, an event on each line; rows then go to --output only"),
        Flag(
            "merge",
            help: "put the outputs behind the row's own fields; a field NAME that is called as an output is NAME_input"),
        Flag(
            "durability", value: .required("WHEN"), choices: LineWriter.Durability.allCases.map(\.rawValue),
            defaultText: "interval", help: "when rows are forced to the disk"),
    ]

    private static let input: [Flag] = [
        Flag(
            "input-format", value: .required("FORMAT"), choices: InputFormat.allCases.map(\.rawValue) + ["auto"],
            defaultText: "by suffix, standard input jsonl", group: "Rows", help: "how rows are read"),
        Flag(
            "id", value: .required("FIELD"), defaultText: "id or custom_id, else the line number", group: "Rows",
            help: "the field that names a row"),
        Flag(
            "on-duplicate-id", value: .required("WHAT"), choices: ["error", "keep"], defaultText: "error",
            group: "Rows",
            help: "what becomes of a second row of one id"),
        Flag(
            "on-bad-line", value: .required("WHAT"), choices: BatchOptions.OnBadLine.allCases.map(\.rawValue),
            defaultText: "error", group: "Rows", help: "what becomes of a line that cannot be read"),
        Flag(
            "field-map", value: .required("COLUMN=INPUT"), isRepeatable: true, group: "Rows",
            help: "take an input from another column"),
        Flag("limit", value: .required("N"), group: "Rows", help: "do only the first N rows"),
        Flag("skip", value: .required("N"), group: "Rows", help: "pass over the first N rows"),
        Flag("sample", value: .required("N"), group: "Rows", help: "do N rows chosen at random"),
        Flag("seed", value: .required("N"), defaultText: "0", group: "Rows", help: "the seed of --sample"),
        Flag("shard", value: .required("I/N"), group: "Rows", help: "do the I-th of N parts"),
        Flag(
            "max-line", value: .required("BYTES"), defaultText: "67108864", group: "Rows",
            help: "the longest line that is read"),
        Flag("check", group: "Rows", help: "read and validate all rows, estimate tokens and cost, call nothing"),
    ]

    private static let pace: [Flag] = [
        Flag(
            "concurrency", short: "j", value: .required("N|auto|MIN-MAX"), defaultText: "auto", group: "Pace",
            help: "how many calls run at once; auto learns it from the provider, from 1 to 200"),
        Flag(
            "rate-limit", value: .required("rpm=N,tpm=N"), defaultText: "learnt", group: "Pace",
            help: "requests and tokens each minute"),
        Flag("sync", group: "Pace", help: "one call at a time inside each row"),
        Flag(
            "progress", value: .required("FORM"), choices: ["auto", "bar", "plain", "json", "none"],
            defaultText: "auto",
            group: "Pace", help: "progress on standard error"),
    ]

    private static let stop: [Flag] = [
        Flag(
            "max-errors", value: .required("N|N%"), group: "Stopping",
            help: "stop after so many failed rows; without it, only when the provider refuses every row"),
        Flag(
            "on-error", value: .required("WHAT"), choices: BatchOptions.OnError.allCases.map(\.rawValue),
            defaultText: "drain", group: "Stopping", help: "how to stop then; continue stops for no failed row"),
        Flag("deadline", value: .required("SECONDS"), group: "Stopping", help: "stop after this time"),
        Flag("budget-usd", value: .required("DOLLARS"), group: "Stopping", help: "stop when this run has cost so much"),
        Flag("budget-tokens", value: .required("N"), group: "Stopping", help: "stop when this run has used N tokens"),
        Flag(
            "grace", value: .required("SECONDS"), defaultText: "30", group: "Stopping",
            help: "how long rows in flight may take after a signal"),
    ]

    private static let call: [Flag] =
        CommonFlags.call.map { flag in
            var flag = flag
            if flag.long == "retries" { flag.defaultText = "5" }
            return flag
        } + [
            Flag(
                "retry-wait", value: .required("SECONDS"), defaultText: "600", group: "Model",
                help: "the longest wait that a provider may ask for")
        ]
}
