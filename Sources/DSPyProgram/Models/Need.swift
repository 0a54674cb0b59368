package import DSPyTools

/// What a program asks of whoever runs it.
package struct Need: Sendable {
    /// Who wants what, in words; what they hold of the program is escaped.
    package let what: String
    /// What is to be allowed.
    package let capability: Capability
    /// Whether the program cannot run without it; else only calls of a tool are refused.
    package let isRequired: Bool
}

extension [Need] {
    /// The needs with each capability once, its words joined.
    package var joined: [Need] {
        var joined: [Need] = []
        for need in self {
            guard let place = joined.firstIndex(where: { $0.capability == need.capability }) else {
                joined.append(need)
                continue
            }
            let known = joined[place]
            let isNew =
                known.what != need.what && !known.what.contains(need.what + ";")
                && !known.what.hasSuffix("; " + need.what)
            joined[place] = Need(
                what: isNew ? known.what + "; " + need.what : known.what, capability: known.capability,
                isRequired: known.isRequired || need.isRequired)
        }
        return joined
    }
}
