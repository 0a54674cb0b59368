/// Options by the names that people bring along for them from other tools, the likeliest first; one may have a value with it.
enum FamiliarFlags {
    static let table: [String: [String]] = [
        "model": ["lm"], "llm": ["lm"], "json": ["format json", "output-format jsonl", "progress json"],
        "base-url": ["api-base"],
        "api-url": ["api-base"], "endpoint": ["api-base"], "host": ["api-base"],
        "temperature": ["set lm.temperature=VALUE"],
        "max-tokens": ["set lm.max_tokens=N"], "top-p": ["set lm.top_p=VALUE"], "seed": ["set lm.seed=N"],
        "out": ["output"],
        "output-file": ["output"], "input-file": ["input"], "file": ["input"], "workers": ["concurrency"],
        "threads": ["concurrency"], "num-threads": ["concurrency"], "parallel": ["concurrency"],
        "jobs": ["concurrency"],
        "yes": ["force"], "overwrite": ["force"], "continue": ["resume"], "print": ["dry-run"], "debug": ["verbose"],
        "silent": ["quiet"], "option": ["set lm.KEY=VALUE"], "param": ["set lm.KEY=VALUE"],
        "columns": ["field-map COLUMN=INPUT"],
    ]
}
