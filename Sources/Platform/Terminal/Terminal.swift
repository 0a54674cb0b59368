#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What is known about the terminal behind a file descriptor.
package struct Terminal: Sendable, Hashable {
    /// Whether it is a terminal at all.
    package var isTTY: Bool
    /// How many columns it has; 80 when nobody says.
    package var columns: Int
    /// Whether text may be coloured.
    package var usesColour: Bool
    /// Whether its cursor can be moved, so that something may be drawn and drawn over.
    package var draws: Bool

    /// What to assume about a descriptor.
    package init(isTTY: Bool, columns: Int = 80, usesColour: Bool = false) {
        self.isTTY = isTTY
        self.columns = columns
        self.usesColour = usesColour
        draws = isTTY
    }

    /// Asks the system about a descriptor; `noColour` is the flag that forbids colour.
    package init(descriptor: Int32, noColour: Bool = false) {
        isTTY = Self.isTTY(descriptor)
        columns = Self.columns(descriptor)
        draws = Self.draws(isTTY: isTTY, term: Self.variable("TERM"))
        usesColour = Self.usesColour(
            isTTY: isTTY, term: Self.variable("TERM"), noColourVariable: Self.variable("NO_COLOR"), noColour: noColour)
    }

    /// Whether a descriptor is a terminal.
    package static func isTTY(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// The width of the terminal behind a descriptor, else `$COLUMNS`, else 80.
    package static func columns(_ descriptor: Int32) -> Int { size(descriptor).columns }

    /// The size of the terminal behind a descriptor, else `$COLUMNS` and `$LINES`, else 80 by 24.
    package static func size(_ descriptor: Int32) -> (columns: Int, rows: Int) {
        var size = winsize()
        let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0
        func number(_ name: String) -> Int? { variable(name).flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } }
        return (
            isKnown && size.ws_col > 0 ? Int(size.ws_col) : number("COLUMNS") ?? 80,
            isKnown && size.ws_row > 0 ? Int(size.ws_row) : number("LINES") ?? 24
        )
    }

    /// Whether to colour: only on a terminal that is not dumb, when neither `NO_COLOR` (not empty) nor a flag forbids it.
    package static func usesColour(isTTY: Bool, term: String?, noColourVariable: String?, noColour: Bool) -> Bool {
        isTTY && !noColour && term != "dumb" && (noColourVariable ?? "").isEmpty
    }

    /// Whether to draw: a dumb terminal (an editor's shell, a log) shows what moves the cursor as text.
    package static func draws(isTTY: Bool, term: String?) -> Bool { isTTY && term != "dumb" }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
