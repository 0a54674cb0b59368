/// The kinds of findings in a program file; `rawValue` is the stable name that `check --format json` prints.
package enum SpecCode: String, Sendable, Hashable, CaseIterable {
    /// Not JSON.
    case syntax
    /// Nested deeper than a program may be.
    case tooDeep = "too_deep"
    /// A key that does not belong here.
    case unknownKey = "unknown_key"
    /// A key that stands twice.
    case duplicateKey = "duplicate_key"
    /// A key whose feature is not part of this version.
    case unavailable
    /// A value of the wrong kind.
    case wrongKind = "wrong_kind"
    /// A key that is missing, or two that exclude each other.
    case shape
    /// A signature string that DSPy refuses.
    case signature
    /// Something in a signature string that DSPy passes over in silence.
    case ignored
    /// A type that does not exist, or a default that does not fit its type.
    case type
    /// A field that the signature does not have.
    case unknownField = "unknown_field"
    /// A name that nothing defines.
    case unknownName = "unknown_name"
    /// Two things of one name.
    case nameClash = "name_clash"
    /// A value that hides one nobody has read.
    case shadowed
    /// An edge between two steps whose types do not fit.
    case edge
    /// A `switch` that misses a case, or has one that never comes.
    case cases
    /// A fault in an expression that is known before the run.
    case expression
    /// Something that is there and that nothing uses.
    case unused
    /// A file that is missing, unreadable or outside the folder.
    case file
    /// A program that contains itself.
    case cycle
    /// A demo that does not fit the signature.
    case demo
    /// A key of a provider written into the file.
    case secret
}
