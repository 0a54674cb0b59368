extension Unicode.Scalar {
    /// Python's `str.isspace`.
    var isPythonSpace: Bool {
        switch value {
        case 0x20, 0x09...0x0D, 0x1C...0x1F, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F,
            0x3000:
            true
        default: false
        }
    }

    /// Python's `str.isalpha`.
    var isPythonLetter: Bool {
        if isASCII { return (0x61...0x7A).contains(value | 0x20) }
        return switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }

    /// Python's `str.isdigit`.
    var isPythonDigit: Bool {
        if isASCII { return (0x30...0x39).contains(value) }
        return properties.numericType == .decimal || properties.numericType == .digit
    }

    /// Python's `str.isalnum`.
    var isPythonAlphanumeric: Bool {
        isPythonLetter || isPythonDigit || (!isASCII && properties.numericType != nil)
    }

    /// Python's `str.lower` for ASCII letters, which is all that keywords need.
    var lowered: Unicode.Scalar {
        (0x41...0x5A).contains(value) ? Unicode.Scalar(UInt8(value) | 0x20) : self
    }

    /// Whether this opens or closes a string: `"`, `'`, `“` or `”`.
    var isQuote: Bool {
        switch self {
        case "\"", "'", "“", "”": true
        default: false
        }
    }

    /// Whether this may stand inside a bare key: a letter, a digit, `_` or `-`.
    var continuesBareKey: Bool { isPythonAlphanumeric || self == "_" || self == "-" }
}

extension Unicode.Scalar? {
    /// Whether this is one of the characters of a short text.
    func isOne(of characters: String) -> Bool {
        guard let self else { return false }
        return characters.unicodeScalars.contains(self)
    }

    var isQuote: Bool { self?.isQuote ?? false }
    var isSpace: Bool { self?.isPythonSpace ?? false }
}
