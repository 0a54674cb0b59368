import DSPyCore
import OrderedJSON

/// Reads the header of a file: types, models, settings.
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
        collector.wrongKind(what, wanted, value, in: source)
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
        let reader = ModelReader(lms: [:], source: source, collector: collector)
        var lms: [String: LMSpec] = [:]
        for member in declared.members {
            // One that cannot be read must not be told again by each that uses it.
            lms[member.key] = reader.lm(member.value, key: "lms.\(member.key)") ?? LMSpec(model: member.key)
        }
        return lms
    }

    // MARK: Settings

    static let settingNames = [
        "async_max_workers", "num_retries", "track_usage", "warn_on_type_mismatch",
        "allow_tool_async_sync_conversion", "max_history_size", "budget", "num_threads", "max_errors",
        "provide_traceback",
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
            case "allow_tool_async_sync_conversion": boolean(member) { settings.allowToolAsyncSyncConversion = $0 }
            case "warn_on_type_mismatch": boolean(member) { settings.warnOnTypeMismatch = $0 }
            default:
                if Self.settingNames.contains(name) {
                    collector.warning(
                        .unavailable, "the setting `\(name)` has no effect in this version", at: member.keyRange,
                        in: source)
                } else {
                    collector.error(
                        .unknownKey, "there is no setting `\(name)`",
                        help: DiagnosticCollector.meant(name, Self.settingNames),
                        at: member.keyRange, in: source)
                }
            }
        }
        return settings
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
}
