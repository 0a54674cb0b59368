/// Names and texts that give a secret away: one rule for program files, diagnostics, manifests, recordings, traces and
/// printed commands.
package enum SecretNames {
    /// Whether an option, a tool's argument or the like of that name holds a secret; case and separators do not count.
    ///
    /// What counts are whole words: `adtoken` is not in `max_read_tokens`.
    package static func isSecret(_ name: String) -> Bool {
        // `APIkey` has two words one way, and `ADToken` the other.
        compounds.contains(plain(name)) || isSecret(words(of: name)) || isSecret(words(of: name, partsAcronyms: false))
    }

    private static func isSecret(_ words: [String]) -> Bool {
        guard let last = words.last, words.count == 1 || !counting.contains(words[0]) else { return false }
        if ends.contains(last) { return true }
        if last == "token" { return !words.dropLast().suffix(1).contains { textTokens.contains($0) } }
        return words.contains { word in compounds.contains { PythonString.contains(word, $0) } }
            || zip(words, words.dropFirst()).contains { one, other in
                compounds.contains(one + (other.hasSuffix("s") ? String(other.dropLast()) : other))
            }
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
        let isOneWord = { (word: Substring) in word.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }
        for scheme in ["Bearer ", "bearer ", "Basic "] where text.hasPrefix(scheme) {
            let rest = text.dropFirst(scheme.count)
            return rest.utf8.count >= 6 && isOneWord(rest) && !rest.hasPrefix("${")
        }
        return keyBeginnings.contains { text.hasPrefix($0) } && text.utf8.count >= 20 && isOneWord(text[...])
    }

    /// A name in small letters and digits alone: `API-Key`, `apiKey` and `api_key` are one.
    package static func plain(_ name: String) -> String {
        String(decoding: name.lowercased().utf8.filter(isLetterOrDigit), as: UTF8.self)
    }

    /// Words that a secret's name ends in.
    private static let ends: Set<String> = [
        "auth", "authorization", "bearer", "cookie", "cookies", "jwt", "secret", "secrets",
    ]

    /// What tells a token of a text, or of a list of pages, from one that opens a door.
    private static let textTokens: Set<String> = [
        "audio", "bos", "cls", "completion", "continuation", "end", "eos", "eot", "first", "image", "input", "last",
        "mask", "next", "output", "pad", "page", "per", "prompt", "sep", "special", "start", "stop", "unk",
    ]

    /// A name that begins with one of these is that of a number.
    private static let counting: Set<String> = ["max", "min", "num", "total"]

    /// Words that name a secret wherever they stand, joined or one behind the other.
    ///
    /// `key` by itself, and behind other words, is not among them: `prompt_cache_key`, `issue_key`.
    private static let compounds: Set<String> = [
        "apikey", "accesskey", "secretkey", "privatekey", "subscriptionkey", "accountkey", "adminkey", "appkey",
        "authkey", "clientkey", "encryptionkey", "licensekey", "masterkey", "servicekey", "sharedkey", "signingkey",
        "sshkey", "storagekey", "anthropickey", "azurekey", "geminikey", "groqkey", "mistralkey", "openaikey",
        "accesstoken", "authtoken", "azureadtoken", "apitoken", "bearertoken", "bottoken", "githubtoken",
        "refreshtoken", "securitytoken", "sessiontoken", "clientsecret", "appsecret", "password", "passphrase",
        "passwd", "credential",
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

    /// The words of a name, in small letters and without numbers: parted by anything but letters and digits, and before
    /// capitals.
    ///
    /// - Parameter partsAcronyms: Whether the last of several capitals begins a word where a small letter follows.
    private static func words(of name: String, partsAcronyms: Bool = true) -> [String] {
        let letters = Array(name)
        var words: [String] = []
        var word = ""
        for (place, letter) in letters.enumerated() {
            let isPart = letter.isLetter || letter.isNumber
            if isPart, letter.isUppercase, place > 0 {
                let before = letters[place - 1]
                let endsAcronym = place + 1 < letters.count && letters[place + 1].isLowercase && before.isUppercase
                if before.isLowercase || before.isNumber || (partsAcronyms && endsAcronym) {
                    words.append(word)
                    word = ""
                }
            }
            if isPart {
                word += letter.lowercased()
            } else {
                words.append(word)
                word = ""
            }
        }
        return (words + [word]).compactMap { word in
            let end = word.lastIndex { !$0.isNumber }
            return end.map { String(word[...$0]) }
        }
    }
}
