import DSPyCore
import OrderedJSON

extension ToolReader {
    // MARK: Commands

    func command(
        _ value: PositionedJSON, _ object: PositionedObject, _ arguments: [ToolSpec.Argument]
    ) -> CommandToolSpec? {
        guard let texts = strings(value), let name = texts.first, !name.isEmpty else {
            wrongKind("command", "an array of strings, the program first", value)
            return nil
        }
        let templates = texts.map { TextTemplate($0) }
        if let first = value.array?.first, !templates[0].argumentNames.isEmpty {
            collector.error(
                .shape, "the program of a command may not come from an argument",
                help: "name the program; arguments stand behind it", at: first.range, in: source)
        }
        refuseSecrets(in: value)
        var used = Uses()
        for item in value.array ?? [] { used.add(item) }
        var stdin: TextTemplate?
        if let given = object["stdin"]?.value, let text = string(object, "stdin") {
            used.add(given)
            stdin = TextTemplate(text)
        }
        hold(used, against: arguments, object)
        var result = CommandToolSpec.Result.text
        if let given = object["result"]?.value {
            if let known = given.string.flatMap(CommandToolSpec.Result.init(rawValue:)) {
                result = known
            } else {
                wrongKind("result", "\"text\" or \"json\"", given)
            }
        }
        var folder: String?
        if let given = object["cwd"]?.value, let path = string(object, "cwd") {
            folder = reader.path(of: path, from: source, at: given.range)
        }
        return CommandToolSpec(
            argv: templates, stdin: stdin, folder: folder, environment: environment(object), timeout: seconds(object),
            maxOutput: maxOutput(object), result: result, statuses: statuses(object))
    }

    /// The exit statuses that are no failure; nil for 0 alone.
    private func statuses(_ object: PositionedObject) -> [Int]? {
        guard let value = object["ok_statuses"]?.value else { return nil }
        guard let items = value.array, !items.isEmpty else {
            wrongKind("ok_statuses", "an array of exit statuses, such as [0, 1]", value)
            return nil
        }
        var statuses: [Int] = []
        for item in items {
            guard
                let status = SpecNumber.whole(item, "ok_statuses", SpecBounds.statuses, collector, source)
            else { continue }
            if statuses.contains(status) {
                collector.warning(.ignored, "`ok_statuses` names \(status) twice", at: item.range, in: source)
            } else {
                statuses.append(status)
            }
        }
        return statuses
    }

    // MARK: Requests

    func http(
        _ value: PositionedJSON, _ object: PositionedObject, _ arguments: [ToolSpec.Argument]
    ) -> HTTPToolSpec? {
        let wanted = "a method and an address, such as \"GET https://example.org/{id}\""
        guard let text = value.string, let space = text.unicodeScalars.firstIndex(of: " ") else {
            wrongKind("http", wanted, value)
            return nil
        }
        let method = String(text[..<space])
        let address = String(text[space...].drop { $0 == " " })
        guard HTTPToolSpec.methods.contains(method), let host = Self.host(of: address) else {
            let isMethod = HTTPToolSpec.methods.contains(method)
            collector.error(
                .wrongKind,
                isMethod ? "`http` is \(wanted), found \(value.json.text())" : "there is no method \(method)",
                help: isMethod
                    ? nil
                    : DiagnosticCollector.meant(method, HTTPToolSpec.methods)
                        ?? "the methods are \(HTTPToolSpec.methods.joined(separator: ", "))", at: value.range,
                in: source)
            return nil
        }
        guard
            TextTemplate(host, readsEnvironment: true).parts.allSatisfy({ if case .text = $0 { true } else { false } })
        else {
            collector.error(
                .shape, "the host of an address may not come from an argument or the environment",
                help: "the caller grants hosts by name; write it down", at: value.range, in: source)
            return nil
        }
        refuseSecrets(inAddress: address, value)
        var used = Uses()
        used.add(value)
        let url = TextTemplate(address, readsEnvironment: true)
        let headers = headers(object, &used)
        let body = body(object, &used)
        hold(used, against: arguments, object)
        var select: [String]?
        if let given = object["select"]?.value, let path = string(object, "select") {
            if path.isEmpty { wrongKind("select", "a path such as \"items.0.name\"", given) }
            select = SpecPath.parts(of: path)
        }
        return HTTPToolSpec(
            method: method, url: url, host: host, headers: headers, body: body, select: select,
            timeout: seconds(object), maxOutput: maxOutput(object))
    }

    /// The host of an address, with its port; nil when it is none of HTTP.
    private static func host(of address: String) -> String? {
        for scheme in ["https://", "http://"] where address.hasPrefix(scheme) {
            let rest = address.dropFirst(scheme.count)
            let host = rest.prefix { !"/?#".contains($0) }
            // Who is logged in does not belong into an address.
            return host.isEmpty || host.contains("@") || address.contains(" ") ? nil : String(host)
        }
        return nil
    }

    private func headers(_ object: PositionedObject, _ used: inout Uses) -> [HTTPToolSpec.Header] {
        guard let value = object["headers"]?.value else { return [] }
        guard let members = value.object?.members else {
            wrongKind("headers", "an object of header and value", value)
            return []
        }
        var headers: [HTTPToolSpec.Header] = []
        for member in members {
            guard let text = member.value.string else {
                wrongKind("headers.\(member.key)", "a string", member.value)
                continue
            }
            let template = TextTemplate(text, readsEnvironment: true)
            let isSecret = SecretNames.isSecretField(member.key) || SecretNames.looksSecret(text)
            if isSecret, !template.readsEnvironment, template.argumentNames.isEmpty {
                collector.error(
                    .secret, "a key may not stand in a program file",
                    help: "write \"\(text.hasPrefix("Bearer ") ? "Bearer " : "")${env:NAME}\"", at: member.value.range,
                    in: source)
            }
            used.add(member.value)
            headers.append(.init(name: member.key, value: template))
        }
        return headers
    }

    private func body(_ object: PositionedObject, _ used: inout Uses) -> HTTPToolSpec.Body? {
        guard let value = object["body"]?.value else { return nil }
        if let text = value.string {
            used.add(value)
            return .text(TextTemplate(text, readsEnvironment: true))
        }
        func visit(_ value: PositionedJSON) {
            used.add(value)
            for member in value.members { visit(member.value) }
            for item in value.array ?? [] { visit(item) }
        }
        visit(value)
        return .json(value.json)
    }

    /// A key among the elements of a command.
    func refuseSecrets(in command: PositionedJSON) {
        for item in command.array ?? [] where SecretNames.looksSecret(item.string ?? "") {
            collector.error(
                .secret, "a key may not stand in a program file",
                help: "name its variable under `env`; commands of the machine see each other's arguments",
                at: item.range, in: source)
        }
    }

    /// `?api_key=…` with a value that stands there.
    func refuseSecrets(inAddress address: String, _ value: PositionedJSON) {
        guard let question = address.firstIndex(of: "?") else { return }
        for pair in address[question...].dropFirst().split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2,
                SecretNames.isSecret(String(parts[0])) || SecretNames.looksLikeKey(String(parts[1]))
            else { continue }
            let template = TextTemplate(String(parts[1]), readsEnvironment: true)
            guard !template.readsEnvironment, template.argumentNames.isEmpty else { continue }
            collector.error(
                .secret, "a key may not stand in a program file", help: "write \(parts[0])=${env:NAME}",
                at: value.range, in: source)
        }
    }

    // MARK: Places of arguments

    /// Which arguments a tool's texts name, and where.
    struct Uses {
        private(set) var all: [(name: String, range: Range<Int>, value: PositionedJSON)] = []

        /// Adds those of a string; anything else has none.
        mutating func add(_ value: PositionedJSON) {
            guard let text = value.string else { return }
            for case (.argument(let name), let range) in TextTemplateReader(text).pieces {
                all.append((name, range, value))
            }
        }
    }

    /// Every place needs an argument, and every argument should have a place.
    private func hold(_ uses: Uses, against arguments: [ToolSpec.Argument], _ object: PositionedObject) {
        for (name, range, value) in uses.all where !arguments.contains(where: { $0.name.hasSameBytes(as: name) }) {
            collector.error(
                .unknownName, "`{\(name)}` is no argument of the tool",
                help: DiagnosticCollector.meant(name, arguments.map(\.name))
                    ?? "say it under `args`, or write {{\(name)}} for the text",
                at: source.range(of: range, in: value), in: source)
        }
        for member in object["args"]?.value.members ?? []
        where arguments.contains(where: { $0.name.hasSameBytes(as: member.key) })
            && !uses.all.contains(where: { $0.name.hasSameBytes(as: member.key) })
        {
            collector.warning(
                .unused, "nothing in the tool uses the argument `\(member.key)`",
                help: "write {\(member.key)} where it belongs", at: member.keyRange, in: source)
        }
    }
}
