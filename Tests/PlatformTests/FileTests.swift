import TestSupport
import Testing

@testable import Platform

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct FileTests {
    private let folder: TemporaryFolder
    private var file: String { folder.path + "/file" }

    init() throws { folder = try TemporaryFolder() }

    @Test("what is written is read, byte for byte, and no other file is left", arguments: [0, 1, 65_536, 200_000])
    func roundTrip(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try FileWriting.replace(file, with: bytes)
        #expect(try FileReading.bytes(at: file) == bytes)
        #expect(folder.names == ["file"])
    }

    @Test("replacing keeps the permissions and follows a link")
    func replacing() throws {
        try FileWriting.replace(file, with: [1])
        chmod(file, 0o640)
        symlink(file, folder.path + "/link")
        try FileWriting.replace(folder.path + "/link", with: [2])
        #expect(try FileReading.bytes(at: file) == [2])
        #expect(folder.names == ["file", "link"])
        #expect(FileReading.isSameFile(file, folder.path + "/link"))
        var status = stat()
        stat(file, &status)
        #expect(status.st_mode & 0o777 == 0o640)
    }

    @Test("a link to what is not there yet stays a link", arguments: [true, false])
    func danglingLink(isAbsolute: Bool) throws {
        symlink(isAbsolute ? file : "file", folder.path + "/link")
        symlink("link", folder.path + "/other")
        try FileWriting.replace(folder.path + "/other", with: [2])
        #expect(try FileReading.bytes(at: file) == [2])
        #expect(folder.names == ["file", "link", "other"])
        #expect(FileReading.isSameFile(file, folder.path + "/other"))
    }

    @Test("replacing keeps the owner and the group", .enabled(if: geteuid() == 0))
    func owner() throws {
        try FileWriting.replace(file, with: [1])
        chown(file, 1234, 4321)
        chmod(file, 0o4751)
        try FileWriting.replace(file, with: [2])
        var status = stat()
        stat(file, &status)
        #expect(status.st_uid == 1234 && status.st_gid == 4321 && status.st_mode & 0o7777 == 0o4751)
    }

    @Test("what is being written nobody else can read, and nobody takes for a leftover")
    func whileWriting() throws {
        try FileWriting.replace(file, with: [1])
        chmod(file, 0o666)
        try FileReplacement.replace(file, failed: { $0 }) { (descriptor, name) throws(FileError) in
            var status = stat()
            fstat(descriptor, &status)
            #expect(status.st_mode & 0o777 == 0o600)
            FileReplacement.removeLeftovers(of: file)
            #expect(FileReading.exists(name))
        }
        #expect(folder.names == ["file"])
    }

    @Test("a missing file, a folder and a file that is too long are told apart")
    func readingFaults() throws {
        try FileWriting.replace(file, with: Array("12345".utf8))
        #expect(try FileReading.bytes(at: file, limit: 5).count == 5)
        for (path, limit, reason, code) in [
            (file + "x", 9, FileError.Reason.missing, ExitCode.noInput), (file + "/x", 9, .missing, .noInput),
            (folder.path, 9, .directory, .noInput), (file, 4, .tooLarge(limit: 4), .data),
        ] {
            let error = #expect(throws: FileError.self) { try FileReading.bytes(at: path, limit: limit) }
            #expect(error?.reason == reason)
            #expect(error?.exitCode == code)
            #expect(error?.path == path)
        }
        let error = #expect(throws: FileError.self) { try FileReading.bytes(at: file + "x") }
        #expect(error?.description == "\(file)x: no such file")
    }

    @Test("a file that may not be read is said to be so", .enabled(if: geteuid() != 0))
    func permission() throws {
        try FileWriting.replace(file, with: [1])
        chmod(file, 0)
        let error = #expect(throws: FileError.self) { try FileReading.bytes(at: file) }
        #expect(error?.reason == .permission)
    }

    @Test("writing fails in a missing folder, onto a folder and onto a full device, and leaves nothing behind")
    func writingFaults() {
        for (path, reason) in [
            (folder.path + "/no/file", FileError.Reason.missing), (folder.path, .directory),
            ("/dev/full", .failed(errno: ENOSPC)),
        ] {
            let error = #expect(throws: FileError.self) { try FileWriting.replace(path, with: [1]) }
            #expect(error?.reason == reason)
            #expect(error?.exitCode == .io)
        }
        #expect(folder.names.isEmpty)
    }

    @Test("a device is written to, not replaced")
    func device() throws {
        try FileWriting.replace("/dev/null", with: [1])
        #expect(!FileReading.isRegularFile("/dev/null"))
    }

    @Test("knows what stands at a path")
    func kinds() throws {
        try FileWriting.replace(file, with: [])
        #expect(FileReading.exists(file) && FileReading.isRegularFile(file) && !FileReading.isDirectory(file))
        #expect(FileReading.exists(folder.path) && FileReading.isDirectory(folder.path))
        #expect(!FileReading.exists(file + "x") && !FileReading.isSameFile(file, file + "x"))
    }

    @Test("reads a descriptor to its end")
    func descriptor() throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        try Output(descriptor: ends[1]).write("piped")
        close(ends[1])
        defer { close(ends[0]) }
        #expect(try FileReading.bytes(from: ends[0], named: "standard input") == Array("piped".utf8))
    }
}
