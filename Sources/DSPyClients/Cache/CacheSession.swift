/// The file as one thread uses it: opened when it is first needed, and again after it was set aside.
final class CacheSession {
    private let door: CacheOpener
    private var opened: CacheOpener.Opened?

    init(_ door: CacheOpener) { self.door = door }

    /// Does something with the file.
    ///
    /// - Returns: nil when there is no usable file, or another process held it for too long.
    func use<Result>(_ body: (CacheFile) throws(SQLiteError) -> Result) -> Result? {
        for _ in 0..<3 {
            guard !door.isOff else { return nil }
            do throws(SQLiteError) {
                let current = try current()
                do throws(SQLiteError) {
                    return try body(current.file)
                } catch {
                    guard error.isDamage else { throw error }
                    opened = nil
                    door.report(error, in: current)
                }
            } catch {
                if error.isBusy, opened != nil {
                    door.warnOnce("the cache \"\(door.path)\" is in use for too long; some answers are not kept")
                } else {
                    opened = nil
                    door.turnOff(error)
                }
                return nil
            }
        }
        return nil
    }

    private func current() throws(SQLiteError) -> CacheOpener.Opened {
        if let opened, opened.generation == door.generation { return opened }
        let fresh = try door.open()
        opened = fresh
        return fresh
    }
}
