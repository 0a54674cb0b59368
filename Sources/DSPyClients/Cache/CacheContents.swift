import Platform
/// What a cache's file holds, for people who look after it.
package struct CacheContents: Sendable, Hashable {
    /// How many answers there are.
    package var entries = 0
    /// How many bytes the file and its log take.
    package var bytes = 0
    /// When the oldest answer came, in seconds since 1970.
    package var oldest: Int?
    /// When the newest answer came.
    package var newest: Int?

    /// Looks into a file; one that is not there holds nothing, and none is made.
    package static func of(_ door: CacheOpener) throws(SQLiteError) -> CacheContents {
        var contents = CacheContents()
        guard FileReading.exists(door.path) else { return contents }
        let connection = try door.open().file.connection
        contents.entries = try connection.int("SELECT count(*) FROM entries")
        if contents.entries > 0 {
            contents.oldest = try connection.int("SELECT created FROM entries ORDER BY id LIMIT 1")
            contents.newest = try connection.int("SELECT created FROM entries ORDER BY id DESC LIMIT 1")
        }
        contents.bytes = size(of: door.path) + size(of: door.path + "-wal")
        return contents
    }

    /// The version of the SQLite in use.
    package static func libraryVersion() throws(SQLiteError) -> String {
        let statement = try SQLiteStatement(
            "SELECT sqlite_version()", on: SQLiteConnection(path: ":memory:", busyMilliseconds: 0))
        return try statement.step() ? String(decoding: statement.bytes(0), as: UTF8.self) : ""
    }

    /// Removes answers, and gives their room back to the disk where nobody else holds the file.
    ///
    /// - Parameters:
    ///   - model: A pattern of names with `*`, `?` and `[…]`; nil for all.
    ///   - before: Only answers that came before this time, in seconds since 1970; nil for all.
    /// - Returns: How many went.
    package static func clear(
        _ door: CacheOpener, model: String? = nil, before: Int? = nil
    ) throws(SQLiteError) -> Int {
        guard FileReading.exists(door.path) else { return 0 }
        let connection = try door.open().file.connection
        let delete = try SQLiteStatement(
            "DELETE FROM entries WHERE model GLOB ?1 AND created < ?2", on: connection)
        delete.bind(model ?? "*", at: 1)
        delete.bind(before ?? .max, at: 2)
        _ = try delete.step()
        let count = connection.changes
        for tidying in ["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"] {
            do throws(SQLiteError) {
                try connection.run(tidying)
            } catch  where error.isBusy {
                break
            }
        }
        return count
    }

    private static func size(of path: String) -> Int {
        FileReading.size(path) ?? 0
    }
}
