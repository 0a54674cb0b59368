extension RepairParser {
    /// Steps over one comment; a line comment with `#` also ends where an open container may go on.
    mutating func skipComment() {
        if character() == "#" || (character() == "/" && character(1) == "/") {
            skipLineComment(isHash: character() == "#")
        } else if character() == "/", character(1) == "*" {
            // The star of the opening also counts for the end, so `/*/` is a whole comment.
            index += 2
            var previous: Unicode.Scalar = "*"
            while let character = character() {
                index += 1
                if previous == "*", character == "/" { return }
                previous = character
            }
        } else if character() == "/" {
            index += 1
        }
    }

    private mutating func skipLineComment(isHash: Bool) {
        while let character = character() {
            switch character {
            case "\n", "\r": return
            case "]" where isHash && context.isInArray: return
            case "}" where isHash && context.isInValue: return
            case ":" where isHash && context.isInKey: return
            default: index += 1
            }
        }
    }
}
