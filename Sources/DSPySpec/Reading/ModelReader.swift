import DSPyCore
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
        if let doubt = collector.problemWithModel(name) {
            collector.warning(.unknownName, doubt, at: value.range, in: source)
        }
        return LMSpec(model: name)
    }

    /// The options of a model; secrets are refused.
    private func options(_ object: PositionedObject, except model: String) -> JSONObject {
        var options = JSONObject()
        for member in object.members where member.key != model {
            refuseSecrets(in: member)
            warnOfSpelling(member)
            if SecretOptions.isAddress(member.key) { checkAddress(member) }
            // One name for one option, however it is written.
            SecretOptions.set(member.key, member.value.json, in: &options)
        }
        return options
    }

    /// LM keyword arguments of calls; what belongs to a model has no place among them.
    func config(_ object: PositionedObject) -> JSONObject {
        var options = JSONObject()
        for member in object.members {
            if refuseSecrets(in: member) {
                continue
            } else if SecretOptions.isAddress(member.key) || SecretOptions.name(member.key) == "api_key" {
                collector.warning(
                    .unavailable, "`\(member.key)` has no effect in `config`", help: "write it in `lm`, beside `model`",
                    at: member.keyRange, in: source)
            } else if let name = OptionVariables.names(in: member.value.json).first {
                collector.error(
                    .shape, "`${env:\(name)}` is read in `lm` only",
                    help: "write `\(member.key)` in `lm`, beside `model`",
                    at: member.value.range, in: source)
            }
            warnOfSpelling(member)
            SecretOptions.set(member.key, member.value.json, in: &options)
        }
        return options
    }

    /// A misspelt option would go to the provider, who passes it over or refuses the call.
    private func warnOfSpelling(_ member: PositionedMember) {
        guard let meant = ModelOptions.meant(by: member.key) else { return }
        collector.warning(
            .unknownKey, "no option of a model is known as `\(member.key)`; it is sent as it is",
            help: "did you mean `\(meant)`?", at: member.keyRange, in: source)
    }

    /// Refuses a key that stands in an option as it is, or somewhere inside it; whether there was one.
    @discardableResult
    private func refuseSecrets(in member: PositionedMember) -> Bool {
        guard let path = SecretOptions.literals(in: member.value.json, of: member.key).first else { return false }
        var (value, text) = (member.value, member.value.string)
        for key in path.split(separator: ".").dropFirst() {
            guard let inner = value[String(key)] else { break }
            (value, text) = (inner, inner.string)
        }
        let isLogin = text.map { $0.contains("://") } ?? false
        let variable = text.map { $0.hasPrefix("Bearer ") } ?? false ? "Bearer ${env:NAME}" : "${env:NAME}"
        collector.error(
            .secret,
            isLogin ? "a password or key may not stand in a program file" : "a key may not stand in a program file",
            help: isLogin
                ? "write ${env:NAME} in its place, or give the address with --api-base"
                : "write \"\(variable)\""
                    + (path == "api_key" ? ", or leave it out: the provider's variable is read by itself" : ""),
            at: value.range, in: source)
        return true
    }

    /// Which server is asked must be known before a variable is read.
    private func checkAddress(_ member: PositionedMember) {
        guard let text = member.value.string else { return }
        if text.isEmpty || OptionVariables.only(in: text) != nil { return }
        guard ["http://", "https://"].contains(where: { text.lowercased().hasPrefix($0) }) else {
            collector.wrongKind(member.key, "an address that begins with http:// or https://", member.value, in: source)
            return
        }
        let place = text.firstRange(of: "://").map { text[$0.upperBound...] } ?? text[...]
        let authority = place.prefix { !"/?#".contains($0) }
        let host = authority.lastIndex(of: "@").map { authority[$0...] } ?? authority
        guard OptionVariables.isFilled(String(host)) else { return }
        collector.error(
            .shape, "the host of `\(member.key)` may not be a part of a variable",
            help: "write the host, or `${env:NAME}` alone for the whole address", at: member.value.range, in: source)
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
        guard let kind = AdapterKind(rawValue: name) else {
            collector.error(
                .unknownName, "there is no adapter \(named.json.text())",
                help: DiagnosticCollector.closest(to: name, among: AdapterKind.names).map { "did you mean \"\($0)\"?" }
                    ?? names,
                at: named.range, in: source)
            return nil
        }
        var known = ["type"]
        if kind.takesFallback { known.append("use_json_adapter_fallback") }
        if kind.needsModel { known.append("extraction_lm") }
        for member in value.members where !known.contains(member.key) {
            collector.error(
                .unknownKey, "the adapter `\(name)` has no key `\(member.key)`",
                help: DiagnosticCollector.meant(member.key, known), at: member.keyRange, in: source)
        }
        switch kind {
        case .chat: return .chat(useJSONAdapterFallback: fallback(value))
        case .xml: return .xml(useJSONAdapterFallback: fallback(value))
        case .json: return .json
        case .baml: return .baml
        case .twoStep: return twoStep(value)
        }
    }

    private var names: String { "the adapters are \(AdapterKind.names.joined(separator: ", "))" }

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
