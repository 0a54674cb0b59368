extension Duration {
    /// In seconds.
    package var inSeconds: Double { self / .seconds(1) }

    /// In whole milliseconds, those that have passed.
    package var inMilliseconds: Int { Int(saturating: (self / .milliseconds(1)).rounded(.down)) }
}
