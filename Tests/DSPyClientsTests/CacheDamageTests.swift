import Basics
import DSPyCore
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyClients

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite("Cache files that cannot be used")
struct CacheDamageTests {
    private let folder: TemporaryFolder
    private let warnings = Locked<[String]>([])
    private var path: String { folder.path + "/cache.db" }

    init() throws { folder = try TemporaryFolder() }

    private func key(_ text: String) -> CacheKey {
        CacheKey(LMRequest(messages: [LMMessage(role: "user", text: text)]), model: "m", defaults: [:])
    }

    private func cache() -> LMCache {
        LMCache(path: path) { [warnings] text in warnings.withLock { $0.append(text) } }
    }

    private var told: [String] { warnings.withLock { $0 } }

    private func keep(_ names: [String], in cache: LMCache) async {
        for name in names { cache.keep(LMResponse(outputs: [.init(text: name)]), for: key(name), model: "m") }
        await cache.flush()
    }

    private var corrupt: [String] {
        guard let folder = opendir(folder.path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names.filter { $0.contains(".corrupt-") && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
    }

    @Test(
        "a file that is no cache is set aside, said once, and made anew",
        arguments: [
            "not a database at all, but long enough to hold a header of a hundred bytes "
                + String(repeating: "x", count: 4096), "SQLite format 3\u{0}",
        ])
    func noDatabase(content: String) async throws {
        let file = fopen(path, "w")
        fwrite(content, 1, content.utf8.count, file)
        fclose(file)
        await keep(["a"], in: cache())
        #expect(await cache().response(for: key("a")) != nil)
        #expect(told.count == 1 && told[0].contains(".corrupt-"), "\(told)")
        #expect(corrupt.count == 1 && Golden.text(of: folder.path + "/" + (corrupt.first ?? "")) == content)
    }

    @Test("a database of another program is set aside")
    func foreign() async throws {
        let other = try SQLiteConnection(path: path, busyMilliseconds: 0)
        try other.run("CREATE TABLE theirs(x)")
        await keep(["a"], in: cache())
        #expect(await cache().response(for: key("a")) != nil)
        #expect(told.count == 1 && corrupt.count == 1, "\(told)")
    }

    @Test("damage inside the file is found when it is met, also while the cache is open")
    func damagedWhileOpen() async throws {
        let names = (0..<500).map { "\($0) " + String(repeating: "y", count: 500) }
        var limits = LMCache.Limits()
        limits.memoryEntries = 0
        let open = LMCache(path: path, limits: limits) { [warnings] text in warnings.withLock { $0.append(text) } }
        await keep(names, in: open)
        try SQLiteConnection(path: path, busyMilliseconds: 1000).run("PRAGMA wal_checkpoint(TRUNCATE)")
        let file = fopen(path, "r+")
        fseek(file, 4096, SEEK_SET)
        let noise = [UInt8](repeating: 0xAB, count: 200_000)
        fwrite(noise, 1, noise.count, file)
        fclose(file)
        for name in names { _ = await open.response(for: key(name)) }
        await keep(["new"], in: open)
        #expect(await open.response(for: key("new")) != nil)
        #expect(corrupt.count == 1 && told.count == 1, "\(told)")
    }

    @Test("a file of a newer version is left alone; answers then stay in memory")
    func newer() async throws {
        await keep(["a"], in: cache())
        try SQLiteConnection(path: path, busyMilliseconds: 1000).run("PRAGMA user_version=99")
        let other = cache()
        #expect(await other.response(for: key("a")) == nil)
        await keep(["b"], in: other)
        #expect(await other.response(for: key("b")) != nil)
        #expect(told.count == 1 && told[0].contains("newer version") && corrupt.isEmpty, "\(told)")
    }

    @Test("a process that keeps the lock costs a wait and one warning, and nothing hangs")
    func lockHeld() async throws {
        let lock = open(path + ".lock", O_RDWR | O_CREAT, 0o600)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX) == 0)
        let cache = cache()
        await keep(["a"], in: cache)
        #expect(await cache.response(for: key("a")) != nil)
        #expect(await cache.response(for: key("b")) == nil)
        #expect(told.count == 1 && told[0].contains("holds"), "\(told)")
    }

    @Test("a folder that cannot be made costs one warning, and answers stay in memory")
    func noFolder() async throws {
        try folder.write("a file", to: "file")
        let cache = LMCache(path: folder.path + "/file/cache.db") { [warnings] text in
            warnings.withLock { $0.append(text) }
        }
        await keep(["a", "b"], in: cache)
        #expect(await cache.response(for: key("a")) != nil)
        #expect(await cache.response(for: key("c")) == nil)
        #expect(told.count == 1 && told[0].contains("not kept"), "\(told)")
    }

    @Test("a machine without SQLite is told what to install")
    func noLibrary() {
        let error = #expect(throws: SQLiteError.self) { try SQLiteLibrary(names: ["libno-such-thing.so.9"]) }
        #expect(error?.message.contains("apt-get install libsqlite3-0") == true)
    }
}
