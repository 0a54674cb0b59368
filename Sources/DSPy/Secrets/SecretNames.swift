/// Names and texts that give a secret away: one rule for program files, diagnostics, manifests, recordings, traces and
/// printed commands.
package enum SecretNames {
    /// Whether an option, a tool's argument or the like of that name holds a secret; case and separators do not count.
    package static func isSecret(_ name: String) -> Bool {
        let plain = plain(name)
        return whole.contains(plain) || parts.contains { plain.contains($0) }
    }

    /// Whether a header or query item of that name holds a secret; `key` and the like count as a word here.
    package static func isSecretField(_ name: String) -> Bool {
        if isSecret(name) { return true }
        let words = words(of: name)
        // `Idempotency-Key` only tells requests apart.
        return words.contains { fieldWords.contains($0) } && !words.contains("idempotency")
    }

    /// Whether a text looks like a key of a provider, or like a header that holds one.
    package static func looksSecret(_ text: String) -> Bool {
        ["Bearer ", "bearer ", "Basic ", "sk-", "ghp_", "github_pat_", "xoxb-"].contains { text.hasPrefix($0) }
            || looksLikeKey(text)
    }

    /// Whether a text looks like a key of a provider wherever it stands: a known beginning, long, and one word.
    package static func looksLikeKey(_ text: String) -> Bool {
        keyBeginnings.contains { text.hasPrefix($0) } && text.utf8.count >= 20
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    /// A name in small letters and digits alone: `API-Key`, `apiKey` and `api_key` are one.
    package static func plain(_ name: String) -> String {
        String(decoding: name.lowercased().utf8.filter(isLetterOrDigit), as: UTF8.self)
    }

    private static let whole: Set<String> = [
        "authorization", "proxyauthorization", "cookie", "setcookie", "token", "bearer", "secret", "jwt",
    ]

    private static let parts = [
        "apikey", "accesskey", "secretkey", "privatekey", "subscriptionkey", "accesstoken", "authtoken", "adtoken",
        "apitoken", "bearertoken", "refreshtoken", "securitytoken", "sessiontoken", "clientsecret", "password",
        "passphrase", "passwd", "credential",
    ]

    private static let fieldWords: Set<String> = [
        "auth", "jwt", "key", "pass", "pwd", "secret", "session", "sig", "signature", "token",
    ]

    private static let keyBeginnings = [
        "sk-", "gsk_", "ghp_", "github_pat_", "glpat-", "hf_", "nvapi-", "pplx-", "xai-", "xoxb-", "AIza", "AKIA",
        "ASIA",
    ]

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte >= 0x80
    }

    /// The words of a name, in small letters: parted by anything but letters and digits, and before capitals.
    private static func words(of name: String) -> [String] {
        var words: [String] = []
        var word = ""
        var wasSmall = false
        for letter in name {
            let isPart = letter.isLetter || letter.isNumber
            if !isPart || (letter.isUppercase && wasSmall) {
                words.append(word)
                word = ""
            }
            if isPart { word += letter.lowercased() }
            wasSmall = letter.isLowercase || letter.isNumber
        }
        return words + [word]
    }
}
