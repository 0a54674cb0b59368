import CSQLite

/// What SQLite refused, with its extended code.
package struct SQLiteError: Error, Sendable, CustomStringConvertible {
    /// SQLite's extended result code.
    let code: Int32
    /// SQLite's words.
    let message: String

    /// Whether the file is no database, or a broken one.
    var isDamage: Bool {
        [SQLITE_CORRUPT, SQLITE_NOTADB].contains(code & 0xFF) || code == Self.shortRead
    }

    /// Whether somebody else has the file in use.
    var isBusy: Bool { [SQLITE_BUSY, SQLITE_LOCKED].contains(code & 0xFF) }

    private static let shortRead = SQLITE_IOERR | (2 << 8)

    /// SQLite's words and code.
    package var description: String { "\(message) (SQLite \(code & 0xFF))" }
}
