import DSPy
import OrderedJSON

/// Reads models, adapters and LM keyword arguments; keys of providers may not stand in a file.
struct ModelReader {
    /// Models by name.
    let lms: [String: LMSpec]
    let source: SpecSource
    let collector: DiagnosticCollector

    /// A model: a name from `lms`, `provider/model`, or an object with `model` and options.
    func lm(_ value: PositionedJSON, key: String) -> LMSpec? {
        if value.string != nil { return named(value) }
        guard let object = value.object else {
            collector.wrongKind(key, "a string `provider/model` or an object with `model`", value, in: source)
            return nil
        }
        guard let model = object["model"]?.value else {
            collector.error(
                .shape, "`\(key)` has no `model`",
                help: object.members.lazy.compactMap { DiagnosticCollector.closest(to: $0.key, among: ["model"]) }.first
                    .map {
                        "did you mean `\($0)`?"
                    } ?? #"write {"model": "provider/model", …}"#, at: value.range, in: source)
            return nil
        }
        guard model.string != nil else {
            collector.wrongKind("\(key).model", "a string `provider/model`", model, in: source)
            return nil
        }
        guard var spec = named(model) else { return nil }
        for (name, option) in options(object, except: "model") { spec.options[name] = option }
        return spec
    }

    private func named(_ value: PositionedJSON) -> LMSpec? {
        let name = value.string ?? ""
        if let known = lms[name] { return known }
        if !name.contains("/"), let meant = DiagnosticCollector.closest(to: name, among: lms.keys) {
            collector.error(
                .unknownName, "the model \"\(name)\" is neither `provider/model` nor a name from `lms`",
                help: "did you mean \"\(meant)\"?", at: value.range, in: source)
            return nil
        }
        if let doubt = collector.doubtOfModel(name) {
            collector.warning(.unknownName, doubt, at: value.range, in: source)
        }
        return LMSpec(model: name)
    }

    /// LM keyword arguments; a key is refused.
    func options(_ object: PositionedObject, except model: String? = nil) -> JSONObject {
        var options = JSONObject()
        for member in object.members where member.key != model {
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
        return options
    }

    // MARK: Adapters

    /// An adapter: its name, or an object with `type` and options.
    func adapter(_ value: PositionedJSON) -> AdapterSpec? {
        guard value.string != nil || value.object != nil else {
            collector.wrongKind("adapter", "a string or an object with `type`", value, in: source)
            return nil
        }
        guard let named = value.object == nil ? value : value["type"] else {
            collector.error(.shape, "`adapter` has no `type`", help: names, at: value.range, in: source)
            return nil
        }
        let name = named.string ?? ""
        guard AdapterSpec.names.contains(name) else {
            collector.error(
                .unknownName, "there is no adapter \(named.json.text())",
                help: DiagnosticCollector.closest(to: name, among: AdapterSpec.names).map { "did you mean \"\($0)\"?" }
                    ?? names,
                at: named.range, in: source)
            return nil
        }
        let takesFallback = name == "chat" || name == "xml"
        let known =
            ["type"] + (takesFallback ? ["use_json_adapter_fallback"] : name == "two_step" ? ["extraction_lm"] : [])
        for member in value.members where !known.contains(member.key) {
            collector.error(
                .unknownKey, "the adapter `\(name)` has no key `\(member.key)`",
                help: DiagnosticCollector.meant(member.key, known), at: member.keyRange, in: source)
        }
        switch name {
        case "chat": return .chat(useJSONAdapterFallback: fallback(value))
        case "xml": return .xml(useJSONAdapterFallback: fallback(value))
        case "json": return .json
        case "baml": return .baml
        default: return twoStep(value)
        }
    }

    private var names: String { "the adapters are \(AdapterSpec.names.joined(separator: ", "))" }

    private func fallback(_ value: PositionedJSON) -> Bool {
        guard let flag = value["use_json_adapter_fallback"] else { return true }
        guard let isOn = flag.json.bool else {
            collector.wrongKind("use_json_adapter_fallback", "true or false", flag, in: source)
            return true
        }
        return isOn
    }

    private func twoStep(_ value: PositionedJSON) -> AdapterSpec? {
        guard let model = value["extraction_lm"] else {
            collector.error(
                .shape, "the adapter `two_step` needs a model that extracts",
                help: #"write {"type": "two_step", "extraction_lm": "provider/model"}"#, at: value.range, in: source)
            return nil
        }
        return lm(model, key: "extraction_lm").map { .twoStep($0) }
    }
}
