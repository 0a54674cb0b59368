import Platform
import CSQLite

/// The addresses of the SQLite functions in use, found with dlopen and dlsym when a cache is first used.
struct SQLiteLibrary: @unchecked Sendable {  // no lock: the addresses never change once loaded
    typealias Handle = OpaquePointer?

    let open:
        @convention(c) (UnsafePointer<CChar>?, UnsafeMutablePointer<Handle>?, Int32, UnsafePointer<CChar>?) -> Int32
    let close: @convention(c) (Handle) -> Int32
    let busyTimeout: @convention(c) (Handle, Int32) -> Int32
    let extendedCode: @convention(c) (Handle) -> Int32
    let message: @convention(c) (Handle) -> UnsafePointer<CChar>?
    let changes: @convention(c) (Handle) -> Int32
    let prepare:
        @convention(c) (
            Handle, UnsafePointer<CChar>?, Int32, UnsafeMutablePointer<Handle>?,
            UnsafeMutablePointer<UnsafePointer<CChar>?>?
        ) -> Int32
    let step: @convention(c) (Handle) -> Int32
    let reset: @convention(c) (Handle) -> Int32
    let finalize: @convention(c) (Handle) -> Int32
    let bindInt: @convention(c) (Handle, Int32, Int64) -> Int32
    let bindBlob:
        @convention(c) (Handle, Int32, UnsafeRawPointer?, Int32, (@convention(c) (UnsafeMutableRawPointer?) -> Void)?)
            ->
            Int32
    let bindText:
        @convention(c) (
            Handle, Int32, UnsafePointer<CChar>?, Int32, (@convention(c) (UnsafeMutableRawPointer?) -> Void)?
        ) -> Int32
    let columnInt: @convention(c) (Handle, Int32) -> Int64
    let columnBlob: @convention(c) (Handle, Int32) -> UnsafeRawPointer?
    let columnCount: @convention(c) (Handle, Int32) -> Int32

    /// The library, or why it could not be loaded; looked for once.
    static let shared: Result<SQLiteLibrary, SQLiteError> = Result { () throws(SQLiteError) in
        try SQLiteLibrary(names: names)
    }

    #if canImport(Darwin)
        static let names = ["/usr/lib/libsqlite3.dylib", "libsqlite3.dylib"]
    #else
        static let names = ["libsqlite3.so.0", "libsqlite3.so"]
    #endif

    /// Loads the first library of these names that has all functions.
    ///
    /// - Throws: `SQLiteError` that names the package to install.
    init(names: [String]) throws(SQLiteError) {
        guard let library = DynamicLibrary(names) else {
            throw SQLiteError(
                code: SQLITE_CANTOPEN,
                message: "SQLite is not installed; on Debian and Ubuntu: apt-get install libsqlite3-0")
        }
        func find(_ name: String) throws(SQLiteError) -> UnsafeMutableRawPointer {
            guard let address = library.symbol("sqlite3_" + name) else {
                throw SQLiteError(code: SQLITE_CANTOPEN, message: "the installed SQLite has no sqlite3_\(name)")
            }
            return address
        }
        open = unsafeBitCast(try find("open_v2"), to: type(of: open))
        close = unsafeBitCast(try find("close_v2"), to: type(of: close))
        busyTimeout = unsafeBitCast(try find("busy_timeout"), to: type(of: busyTimeout))
        extendedCode = unsafeBitCast(try find("extended_errcode"), to: type(of: extendedCode))
        message = unsafeBitCast(try find("errmsg"), to: type(of: message))
        changes = unsafeBitCast(try find("changes"), to: type(of: changes))
        prepare = unsafeBitCast(try find("prepare_v2"), to: type(of: prepare))
        step = unsafeBitCast(try find("step"), to: type(of: step))
        reset = unsafeBitCast(try find("reset"), to: type(of: reset))
        finalize = unsafeBitCast(try find("finalize"), to: type(of: finalize))
        bindInt = unsafeBitCast(try find("bind_int64"), to: type(of: bindInt))
        bindBlob = unsafeBitCast(try find("bind_blob"), to: type(of: bindBlob))
        bindText = unsafeBitCast(try find("bind_text"), to: type(of: bindText))
        columnInt = unsafeBitCast(try find("column_int64"), to: type(of: columnInt))
        columnBlob = unsafeBitCast(try find("column_blob"), to: type(of: columnBlob))
        columnCount = unsafeBitCast(try find("column_bytes"), to: type(of: columnCount))
    }
}
