@_spi(_Unicode) import Swift

/// Answers as they are compared: without case, punctuation and articles.
public enum AnswerText {
    /// DSPy's `normalize_text`: canonically decomposed, lower case, without ASCII punctuation and English articles, single
    /// spaces.
    ///
    /// - Source: dspy/evaluate/metrics.py (3.4.1).
    public static func normalized(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: text._nfd)
        let kept = String(scalars).lowercased().unicodeScalars.filter { !isPunctuation($0) }
        return withoutArticles(String(String.UnicodeScalarView(kept)))
            .unicodeScalars.split(whereSeparator: PythonString.isSpace).map { String($0) }.joined(separator: " ")
    }

    /// What a value counts for in a vote; nil for a text of which nothing is left.
    ///
    /// - Source: dspy/predict/aggregation.py (3.4.1), `default_normalize`.
    public static func vote(_ value: Value) -> Value? {
        let normal = normalized(value.pythonString)
        return normal.isEmpty ? nil : .string(normal)
    }

    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    /// Python's `re.sub(r"\b(a|an|the)\b", " ", text)`.
    private static func withoutArticles(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var word = String.UnicodeScalarView()
        func end(_ result: inout String.UnicodeScalarView) {
            if ["a", "an", "the"].contains(String(word)) {
                result.append(" ")
            } else {
                result.append(contentsOf: word)
            }
            word = String.UnicodeScalarView()
        }
        for scalar in text.unicodeScalars {
            if isWordPart(scalar) {
                word.append(scalar)
            } else {
                end(&result)
                result.append(scalar)
            }
        }
        end(&result)
        return String(result)
    }

    /// Python's `\w`: letters, digits and `_`; marks that combine are none of them.
    private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "_" { return true }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            return true
        default: return false
        }
    }
}
