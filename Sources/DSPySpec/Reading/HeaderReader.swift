import DSPy
import OrderedJSON

/// Reads the header of a file: types, models, settings, outputs, tests.
struct HeaderReader {
    let source: SpecSource
    let collector: DiagnosticCollector

    /// The string of a key; a value of another kind is noted.
    func string(_ object: PositionedObject, _ key: String) -> String? {
        guard let value = object[key]?.value else { return nil }
        if let text = value.string { return text }
        wrongKind(key, "a string", value)
        return nil
    }

    private func wrongKind(_ what: String, _ wanted: String, _ value: PositionedJSON) {
        collector.error(
            .wrongKind, "`\(what)` is \(wanted), found \(value.json.kindName)", at: value.range, in: source)
    }

    // MARK: Types

    func types(_ object: PositionedObject) -> [String: FieldType] {
        guard let value = object["types"]?.value else { return [:] }
        guard let declared = value.object else {
            wrongKind("types", "an object of named types", value)
            return [:]
        }
        var reader = TypeReader(source: source, collector: collector)
        return reader.read(declared)
    }

    // MARK: Models

    func lms(_ object: PositionedObject) -> [String: LMSpec] {
        guard let value = object["lms"]?.value else { return [:] }
        guard let declared = value.object else {
            wrongKind("lms", "an object of models by name", value)
            return [:]
        }
        var lms: [String: LMSpec] = [:]
        for member in declared.members {
            lms[member.key] = Self.lm(member.value, key: "lms.\(member.key)", lms: [:], source, collector)
        }
        return lms
    }

    /// A model: a string, or an object with `model` and options.
    ///
    /// Keys of providers may not stand in a file.
    static func lm(
        _ value: PositionedJSON, key: String, lms: [String: LMSpec], _ source: SpecSource,
        _ collector: DiagnosticCollector
    ) -> LMSpec? {
        if let name = value.string {
            if let known = lms[name] { return known }
            if !name.contains("/"), !lms.isEmpty, let meant = Spelling.closest(to: name, among: lms.keys) {
                collector.error(
                    .unknownName, "the model \"\(name)\" is neither `provider/model` nor a name from `lms`",
                    help: "did you mean \"\(meant)\"?", at: value.range, in: source)
                return nil
            }
            return LMSpec(model: name)
        }
        guard let object = value.object, let model = object["model"]?.value.string else {
            collector.error(
                .wrongKind,
                "`\(key)` is a string `provider/model` or an object with `model`, found \(value.json.kindName)",
                at: value.range, in: source)
            return nil
        }
        var options = JSONObject()
        for member in object.members where member.key != "model" {
            if member.key == "api_key" {
                let text = member.value.string ?? ""
                guard text.hasPrefix("${env:"), text.hasSuffix("}") else {
                    collector.error(
                        .secret, "a key may not stand in a program file",
                        help: "write \"${env:NAME}\", or leave it out: the provider's variable is read by itself",
                        at: member.value.range, in: source)
                    continue
                }
            }
            options[member.key] = member.value.json
        }
        return LMSpec(model: model, options: options)
    }

    // MARK: Settings

    private static let settingNames = [
        "async_max_workers", "num_retries", "track_usage", "warn_on_type_mismatch", "max_history_size",
        "allow_tool_async_sync_conversion", "budget", "num_threads", "max_errors", "provide_traceback",
        "max_trace_size",
    ]

    func settings(_ object: PositionedObject) -> Settings {
        var settings = Settings()
        guard let value = object["settings"]?.value else { return settings }
        guard let declared = value.object else {
            wrongKind("settings", "an object", value)
            return settings
        }
        for member in declared.members {
            let name = member.key
            switch name {
            case "async_max_workers": integer(member, atLeast: 1) { settings.asyncMaxWorkers = $0 }
            case "num_retries": integer(member, atLeast: 0) { settings.numRetries = $0 }
            case "track_usage": boolean(member) { settings.trackUsage = $0 }
            case "warn_on_type_mismatch": boolean(member) { settings.warnOnTypeMismatch = $0 }
            default:
                if Self.settingNames.contains(name) {
                    collector.warning(
                        .unavailable, "the setting `\(name)` has no effect in this version", at: member.keyRange,
                        in: source)
                } else {
                    collector.error(
                        .unknownKey, "there is no setting `\(name)`", help: meant(name, Self.settingNames),
                        at: member.keyRange, in: source)
                }
            }
        }
        return settings
    }

    private func meant(_ name: String, _ names: [String]) -> String? {
        Spelling.closest(to: name, among: names).map { "did you mean `\($0)`?" }
    }

    private func integer(_ member: PositionedMember, atLeast least: Int, _ set: (Int) -> Void) {
        guard let number = member.value.json.int, number >= least else {
            collector.error(
                .wrongKind, "`\(member.key)` is a whole number from \(least), found \(member.value.json.text())",
                at: member.value.range, in: source)
            return
        }
        set(number)
    }

    private func boolean(_ member: PositionedMember, _ set: (Bool) -> Void) {
        guard let flag = member.value.json.bool else {
            wrongKind(member.key, "true or false", member.value)
            return
        }
        set(flag)
    }

    // MARK: Outputs and tests

    func outputs(_ object: PositionedObject) -> [ProgramSpec.Output]? {
        guard let value = object["outputs"]?.value else { return nil }
        if let items = value.array {
            return items.compactMap { item in
                guard let name = item.string else {
                    wrongKind("outputs", "a list of names", item)
                    return nil
                }
                let path = name.split(separator: ".").map(String.init)
                return .init(name: path.last ?? name, path: path, range: item.range)
            }
        }
        guard let named = value.object else {
            wrongKind("outputs", "a list of names, or an object of name and path", value)
            return nil
        }
        return named.members.compactMap { member in
            guard let path = member.value.string else {
                wrongKind("outputs.\(member.key)", "a path", member.value)
                return nil
            }
            return .init(name: member.key, path: path.split(separator: ".").map(String.init), range: member.value.range)
        }
    }

    func tests(_ object: PositionedObject) -> [ProgramSpec.Test] {
        guard let value = object["tests"]?.value else { return [] }
        guard let items = value.array else {
            wrongKind("tests", "a list of objects with `inputs` and `expect`", value)
            return []
        }
        return items.compactMap { item in
            guard let test = item.object else {
                wrongKind("tests", "a list of objects with `inputs` and `expect`", item)
                return nil
            }
            for member in test.members where member.key != "inputs" && member.key != "expect" {
                collector.error(
                    .unknownKey, "a test has no key `\(member.key)`", help: meant(member.key, ["inputs", "expect"]),
                    at: member.keyRange, in: source)
            }
            guard let inputs = test["inputs"]?.value.json.object, let expect = test["expect"]?.value else {
                collector.error(
                    .shape, "a test needs an object `inputs` and an expression `expect`", at: item.range, in: source)
                return nil
            }
            guard let text = expect.string else {
                wrongKind("expect", "an expression in a string", expect)
                return nil
            }
            do throws(ExpressionError) {
                _ = try Expression(text)
            } catch {
                let range =
                    expect.position(
                        ofScalar: error.range.lowerBound)..<expect.position(ofScalar: error.range.upperBound)
                collector.error(.syntax, "the expression \"\(text)\": \(error.message)", at: range, in: source)
                return nil
            }
            return .init(inputs: inputs, expect: text, range: expect.range)
        }
    }
}
