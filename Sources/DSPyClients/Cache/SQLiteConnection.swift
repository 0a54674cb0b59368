import CSQLite

/// One connection to a database file; it stays on the thread that opened it.
final class SQLiteConnection {
    let library: SQLiteLibrary
    let handle: OpaquePointer

    /// Opens a file, or makes it.
    init(path: String, busyMilliseconds: Int32) throws(SQLiteError) {
        library = try SQLiteLibrary.shared.get()
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let code = library.open(path, &opened, flags, nil)
        guard let opened else { throw SQLiteError(code: code, message: "out of memory") }
        guard code == SQLITE_OK else {
            let error = Self.error(library, opened, code)
            _ = library.close(opened)
            throw error
        }
        handle = opened
        _ = library.busyTimeout(handle, busyMilliseconds)
    }

    deinit { _ = library.close(handle) }

    /// Runs one statement to its end.
    func run(_ sql: String) throws(SQLiteError) {
        let statement = try SQLiteStatement(sql, on: self)
        while try statement.step() {}
    }

    /// The first column of a statement's first row; 0 when there is no row.
    func int(_ sql: String) throws(SQLiteError) -> Int {
        let statement = try SQLiteStatement(sql, on: self)
        return try statement.step() ? statement.int(0) : 0
    }

    /// Runs the body in one transaction that has the right to write from its start.
    func transaction(_ body: () throws(SQLiteError) -> Void) throws(SQLiteError) {
        try run("BEGIN IMMEDIATE")
        do {
            try body()
            try run("COMMIT")
        } catch {
            try? run("ROLLBACK")
            throw error
        }
    }

    /// How many rows the last statement changed.
    var changes: Int { Int(library.changes(handle)) }

    /// The last error.
    func error(_ code: Int32) -> SQLiteError { Self.error(library, handle, code) }

    private static func error(_ library: SQLiteLibrary, _ handle: OpaquePointer, _ code: Int32) -> SQLiteError {
        let extended = library.extendedCode(handle)
        let text = library.message(handle).map { String(cString: $0) } ?? "unknown error"
        return SQLiteError(code: extended & 0xFF == code & 0xFF ? extended : code, message: text)
    }
}
