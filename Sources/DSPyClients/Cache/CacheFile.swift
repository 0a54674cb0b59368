import CSQLite
import OrderedJSON

/// The cache's tables in one database file, as one thread sees them.
final class CacheFile {
    private static let format = 1
    /// "DSPy" in ASCII, in the header of every file of this kind.
    private static let application = 0x4453_5079

    /// An entry as it is read.
    struct Found {
        var response: [UInt8]
        /// Whether its time of last use should be set anew.
        var isStale: Bool
    }

    let connection: SQLiteConnection
    private let find: SQLiteStatement
    private let insert: SQLiteStatement
    private let touch: SQLiteStatement
    private let remove: SQLiteStatement

    /// Opens the file, and makes its tables when it is new.
    ///
    /// - Throws: `SQLiteError`; `isDamage` also for a database of something else.
    init(path: String, busyMilliseconds: Int32 = 5000) throws(SQLiteError) {
        connection = try SQLiteConnection(path: path, busyMilliseconds: busyMilliseconds)
        let application = try connection.int("PRAGMA application_id")
        let tables = try connection.int("SELECT count(*) FROM sqlite_master")
        let isNew = application == 0 && tables == 0
        guard isNew || application == Self.application else {
            throw SQLiteError(code: SQLITE_NOTADB, message: "the file belongs to another program")
        }
        try connection.run("PRAGMA synchronous=NORMAL")
        if isNew { try Self.create(on: connection) }
        let format = try connection.int("PRAGMA user_version")
        guard format <= Self.format else {
            throw SQLiteError(code: SQLITE_MISMATCH, message: "a newer version of this program made the file")
        }
        try connection.run("PRAGMA wal_autocheckpoint=4000")
        try connection.run("PRAGMA journal_size_limit=67108864")
        try connection.run("PRAGMA cache_size=-16384")
        do {
            find = try SQLiteStatement("SELECT response, used FROM entries WHERE key=?1", on: connection)
            insert = try SQLiteStatement(
                "INSERT OR REPLACE INTO entries(key, model, response, created, used) VALUES(?1, ?2, ?3, ?4, ?4)",
                on: connection)
            touch = try SQLiteStatement("UPDATE entries SET used=?2 WHERE key=?1", on: connection)
            remove = try SQLiteStatement("DELETE FROM entries WHERE key=?1", on: connection)
        } catch {
            throw error.isBusy ? error : SQLiteError(code: SQLITE_CORRUPT, message: error.message)
        }
    }

    private static func create(on connection: SQLiteConnection) throws(SQLiteError) {
        try connection.run("PRAGMA journal_mode=WAL")
        try connection.transaction { () throws(SQLiteError) in
            // Another process may have been faster.
            guard try connection.int("PRAGMA application_id") == 0 else { return }
            try connection.run(
                "CREATE TABLE entries(id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, model TEXT NOT NULL, "
                    + "response BLOB NOT NULL, created INTEGER NOT NULL, used INTEGER NOT NULL)")
            try connection.run("CREATE INDEX entries_used ON entries(used)")
            try connection.run("PRAGMA user_version=\(format)")
            try connection.run("PRAGMA application_id=\(application)")
        }
    }

    /// Runs the body on one state of the file, which costs less than a look at the newest state for each read.
    func reading(_ body: () throws(SQLiteError) -> Void) throws(SQLiteError) {
        try connection.run("BEGIN")
        defer { try? connection.run("COMMIT") }
        try body()
    }

    /// The entry of a key.
    func entry(for key: CacheKey, now: Int) throws(SQLiteError) -> Found? {
        find.bind(key.short, at: 1)
        guard try find.step() else { return nil }
        defer { find.reset() }
        return Found(response: find.bytes(0), isStale: find.int(1) < now - 3600)
    }

    /// The first eight bytes of the keys of entries that came after one.
    func prefixes(after id: Int, limit: Int) throws(SQLiteError) -> [UInt64] {
        // Without a condition the index alone answers.
        let condition = id > 0 ? "WHERE id > \(id) " : ""
        let statement = try SQLiteStatement("SELECT key FROM entries \(condition)LIMIT \(limit)", on: connection)
        var prefixes: [UInt64] = []
        while try statement.step() {
            prefixes.append(statement.bytes(0).prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
        }
        return prefixes
    }

    /// Adds an entry.
    func insert(_ entry: CacheEntry) throws(SQLiteError) {
        insert.bind(entry.key.short, at: 1)
        insert.bind(entry.model, at: 2)
        insert.bind(entry.bytes, at: 3)
        insert.bind(entry.time, at: 4)
        _ = try insert.step()
    }

    /// Notes that an entry was used.
    func touch(_ key: CacheKey, now: Int) throws(SQLiteError) {
        touch.bind(key.short, at: 1)
        touch.bind(now, at: 2)
        _ = try touch.step()
    }

    /// Lets go of an entry.
    func remove(_ key: CacheKey) throws(SQLiteError) {
        remove.bind(key.short, at: 1)
        _ = try remove.step()
    }

    /// How many bytes of the file hold something.
    func usedBytes() throws(SQLiteError) -> Int {
        let pages = try connection.int("PRAGMA page_count") - connection.int("PRAGMA freelist_count")
        return try pages * connection.int("PRAGMA page_size")
    }

    /// Lets go of the entries that were not used for longest until the file holds nine tenths of a limit.
    func shrink(to limit: Int) throws(SQLiteError) {
        guard try usedBytes() > limit else { return }
        let goal = limit / 10 * 9
        while try usedBytes() > goal {
            // In batches, so that other processes get their turn between them.
            let batch = max(1, try connection.int("SELECT count(*) FROM entries") / 20)
            try connection.run(
                "DELETE FROM entries WHERE id IN (SELECT id FROM entries ORDER BY used LIMIT \(batch))")
            guard connection.changes > 0 else { return }
        }
    }
}
