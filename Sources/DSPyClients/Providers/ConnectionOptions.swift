import Basics
import DSPyCore
import OrderedJSON

/// The options of a model that say how its server is reached, parted from those that are sent.
struct ConnectionOptions {
    /// The key that the options hold.
    private(set) var key: String?
    /// A token of Azure's directory.
    private(set) var directoryToken: String?
    /// What no message may show: keys, and header fields that hold one.
    private(set) var secrets: [String] = []
    /// The others; headers are among them, addresses and keys are not.
    private(set) var others = JSONObject()

    init(_ options: JSONObject) {
        for (name, value) in options {
            let plain = SecretNames.plain(name)
            if SecretOptions.isAddress(name) { continue }
            if SecretNames.isSecret(name) {
                let text = (value.filled?.trimmed).map { String($0) }
                if plain == "apikey" { key = text }
                if plain == "azureadtoken" { directoryToken = text }
                secrets += Self.texts(in: value)
                continue
            }
            if SecretOptions.isHeaders(name) {
                for (field, value) in value.object ?? [:]
                where SecretNames.isSecretField(field) || SecretNames.looksSecret(value.string ?? "") {
                    secrets += Self.texts(in: value).flatMap {
                        [$0, $0.split(separator: " ").last.map { String($0) } ?? ""]
                    }
                }
            }
            SecretOptions.set(name, value, in: &others)
        }
    }

    private static func texts(in json: JSON) -> [String] {
        switch json {
        case .string(let text): [text, String(text.trimmed)]
        case .array(let items): items.flatMap { texts(in: $0) }
        case .object(let object): object.members.flatMap { texts(in: $0.value) }
        default: []
        }
    }
}
