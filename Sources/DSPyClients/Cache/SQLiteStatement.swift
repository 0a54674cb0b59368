import CSQLite

/// One prepared statement; used again and again on its connection's thread.
final class SQLiteStatement {
    private let connection: SQLiteConnection
    private let library: SQLiteLibrary
    private let handle: OpaquePointer

    /// Prepares one statement.
    init(_ sql: String, on connection: SQLiteConnection) throws(SQLiteError) {
        var prepared: OpaquePointer?
        let code = connection.library.prepare(connection.handle, sql, -1, &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw connection.error(code) }
        self.connection = connection
        library = connection.library
        handle = prepared
    }

    deinit { _ = library.finalize(handle) }

    /// Goes to the next row.
    ///
    /// - Returns: Whether there is one; after the last row the statement is ready to run again.
    func step() throws(SQLiteError) -> Bool {
        let code = library.step(handle)
        if code == SQLITE_ROW { return true }
        guard code == SQLITE_DONE else {
            let error = connection.error(code)
            reset()
            throw error
        }
        reset()
        return false
    }

    /// Makes the statement ready to run again.
    func reset() { _ = library.reset(handle) }

    /// Sets a parameter, counted from 1.
    func bind(_ value: Int, at place: Int32) { _ = library.bindInt(handle, place, Int64(value)) }

    /// Sets a parameter to a copy of bytes.
    func bind(_ bytes: [UInt8], at place: Int32) {
        _ = bytes.withUnsafeBytes { library.bindBlob(handle, place, $0.baseAddress, Int32($0.count), Self.copied) }
    }

    /// Sets a parameter to a copy of a text.
    func bind(_ text: String, at place: Int32) {
        _ = text.withCString { library.bindText(handle, place, $0, -1, Self.copied) }
    }

    /// A column of the row as a number.
    func int(_ column: Int32) -> Int { Int(library.columnInt(handle, column)) }

    /// A column of the row as bytes.
    func bytes(_ column: Int32) -> [UInt8] {
        let start = library.columnBlob(handle, column)
        return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(library.columnCount(handle, column))))
    }

    /// SQLITE_TRANSIENT: SQLite takes a copy.
    private static var copied: (@convention(c) (UnsafeMutableRawPointer?) -> Void)? {
        unsafeBitCast(-1, to: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?.self)
    }
}
