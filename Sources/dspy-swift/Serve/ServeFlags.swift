import Console

/// The flags of `serve` itself.
enum ServeFlags {
    static let all =
        address + access + load + time + [
            Flag("reload", help: "look at the program files each second and read them again when one changed"),
            Flag("skip-broken", help: "serve the other programs when one does not load"),
            Flag("no-page", help: "no page"),
            Flag(
                "access-log", value: .required("FILE"),
                help: "write a JSON line for each request to FILE; `-` is standard error"),
        ]

    private static let address: [Flag] = [
        Flag(
            "host", value: .required("ADDR"), defaultText: "127.0.0.1", help: "an IP address, or localhost"),
        Flag("port", value: .required("N"), defaultText: "8000", help: "a port; 0 for a free one"),
    ]

    private static let access: [Flag] = [
        Flag(
            "token-file", value: .required("FILE"), defaultText: "$DSPY_SERVE_TOKEN", group: "Access",
            help: "the bearer token that requests have to bring is the first line of FILE"),
        Flag(
            "allow-unauthenticated", group: "Access",
            help: "listen without a token at an address that other machines reach"),
        Flag(
            "allowed-host", value: .required("HOST"), isRepeatable: true, group: "Access",
            help: "a further name that requests may have in `Host`"),
        Flag(
            "cors", value: .required("ORIGIN"), isRepeatable: true, defaultText: "none", group: "Access",
            help: "let pages of this origin ask; `*` lets all"),
    ]

    private static let load: [Flag] = [
        Flag(
            "async-max-workers", value: .required("N"), defaultText: "8", group: "Load",
            help: "how many programs run at once"),
        Flag(
            "queue", value: .required("N"), defaultText: "64", group: "Load",
            help: "how many requests may wait for a worker; more are refused with 429"),
        Flag(
            "max-body", value: .required("BYTES"), defaultText: "2097152", group: "Load", help: "the largest body"),
        Flag(
            "max-connections", value: .required("N"), defaultText: "4096", group: "Load",
            help: "how many connections there may be"),
    ]

    private static let time: [Flag] = [
        Flag(
            "request-timeout", value: .required("SECONDS"), defaultText: "300", group: "Time",
            help: "how long a request may take, waiting included"),
        Flag(
            "head-timeout", value: .required("SECONDS"), defaultText: "10", group: "Time",
            help: "how long the head of a request may take"),
        Flag(
            "body-timeout", value: .required("SECONDS"), defaultText: "30", group: "Time",
            help: "how long the body of a request may take"),
        Flag(
            "idle-timeout", value: .required("SECONDS"), defaultText: "75", group: "Time",
            help: "how long a connection may be without a request, and a client without taking its answer"),
        Flag(
            "ping", value: .required("SECONDS"), defaultText: "15", group: "Time",
            help: "after how long a silence a stream sends a comment"),
        Flag(
            "drain", value: .required("SECONDS"), defaultText: "30", group: "Time",
            help: "how long a server that is told to end waits for requests"),
    ]
}
