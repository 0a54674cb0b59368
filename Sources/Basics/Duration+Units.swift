extension Duration {
    /// In seconds.
    package var inSeconds: Double { self / .seconds(1) }

    /// In whole milliseconds, those that have passed.
    package var inMilliseconds: Int { Int(saturating: (self / .milliseconds(1)).rounded(.down)) }
}

extension Duration {
    /// As people say it: `2 seconds`, `0.5 seconds`.
    package var words: String {
        let text = "\(inSeconds)"
        let number = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        return number + (number == "1" ? " second" : " seconds")
    }
}
