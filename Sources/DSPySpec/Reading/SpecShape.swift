extension SpecKeys {
    /// What may stand behind a key.
    indirect enum Shape: Sendable {
        /// A text.
        case text
        /// One of these texts.
        case oneOf([String])
        /// DSPy's signature string.
        case signature
        /// `provider/model`.
        case modelName
        /// A model: its name, or an object with options.
        case model
        /// How prompts are written.
        case adapter
        /// DSPy's settings.
        case settings
        /// A named type.
        case type
        /// A tool.
        case tool
        /// An argument of a tool with its type.
        case toolArgument
        /// What may be said of a field beside its type.
        case fieldDetails
        /// A file, `{"file": path}`.
        case file
        /// A node, or a signature string.
        case node
        /// Any number.
        case number
        /// True or false.
        case bool
        /// A number from here to there.
        case numberWithin(ClosedRange<Int>)
        /// A whole number from here to there.
        case whole(ClosedRange<Int>)
        /// A time in seconds.
        case seconds
        /// Any object.
        case object
        /// Any value.
        case anything
        /// An array.
        case list(Shape, atLeast: Int = 0)
        /// An object with any names.
        case map(Shape, atLeast: Int = 0)
        /// An object with these members and no others.
        case record([(name: String, shape: Shape)], required: [String])
        /// One of several.
        case any([Shape])
    }
}
