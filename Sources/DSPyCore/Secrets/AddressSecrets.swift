/// The secrets that an address can hold: who logs in, and items of its query.
package enum AddressSecrets {
    /// The address with `NAME:PASSWORD` for who logs in, and `…` for each secret item of its query.
    package static func hidden(_ address: String) -> String {
        let parts = parts(of: address)
        let login = parts.login == nil ? "" : "NAME:PASSWORD@"
        let items = parts.query.map { item in item.isSecret ? item.name + "=…" : item.text }
        // A fragment is never sent, so what stands there has no business in a message.
        return parts.head + login + parts.middle + (items.isEmpty ? "" : "?" + items.joined(separator: "&"))
            + (parts.fragment.isEmpty ? "" : "#…")
    }

    /// What of an address may show up in no message: its password, or its name where there is no password, and its items.
    package static func values(in address: String) -> [String] {
        let parts = parts(of: address)
        let login = parts.login.map {
            $0.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).last ?? ""
        }
        return [login].compactMap { $0.map { String($0) } } + parts.query.filter(\.isSecret).map(\.value)
    }

    /// Whether an address holds a secret that stands there as it is, and in no variable.
    package static func hasLiteral(_ address: String) -> Bool {
        values(in: OptionVariables.resolved(address) { _ in "" }).contains { !$0.isEmpty }
    }

    private struct Item {
        let text: String
        let name: String
        let value: String

        var isSecret: Bool { !value.isEmpty && (SecretNames.isSecretField(name) || name == "code") }
    }

    private struct Parts {
        /// All before the login.
        var head: String
        var login: String?
        /// Host, port and path.
        var middle: String
        var query: [Item] = []
        var fragment = ""
    }

    private static func parts(of address: String) -> Parts {
        let start = address.firstRange(of: "://")?.upperBound ?? address.startIndex
        let end = address[start...].firstIndex { "/?#".contains($0) } ?? address.endIndex
        let authority = address[start..<end]
        let at = authority.lastIndex(of: "@")
        let host = at.map { address.index(after: $0) } ?? start
        let fragment = address[host...].firstIndex(of: "#") ?? address.endIndex
        let question = address[host..<fragment].firstIndex(of: "?") ?? fragment
        var parts = Parts(
            head: String(address[..<start]), login: at.map { String(authority[..<$0]) },
            middle: String(address[host..<question]))
        parts.fragment = String(address[fragment...])
        guard question < fragment else { return parts }
        let query = address[address.index(after: question)..<fragment]
        parts.query = query.split(separator: "&", omittingEmptySubsequences: false).map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Item(
                text: String(pair), name: String(halves[0]), value: halves.count == 2 ? String(halves[1]) : "")
        }
        return parts
    }
}
