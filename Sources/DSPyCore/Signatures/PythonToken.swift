/// One token of the Python that may stand in a signature string.
struct PythonToken {
    enum Kind: Equatable {
        /// An identifier or keyword.
        case name(String)
        /// A number as the value it means.
        case number(Value)
        /// A string or bytes literal as the value it means.
        case string(Value)
        /// A formatted string, which no annotation may hold.
        case formatted
        /// An operator or bracket.
        case op(String)
        /// The end of the text.
        case end
    }

    let kind: Kind
    /// Unicode scalars from 0 in the whole signature string.
    let range: Range<Int>

    static let keywords: Set<String> = [
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
        "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
        "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    ]
}
