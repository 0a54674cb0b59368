import TestSupport
import Testing

@testable import Platform

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("Files of one command")
struct FileRoleTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("x", to: "a")
        try folder.write("x", to: "b")
        mkdir(folder.path + "/sub", 0o700)
        link(folder.path + "/a", folder.path + "/hard")
        symlink("a", folder.path + "/soft")
        symlink("new", folder.path + "/dangling")
        symlink("../new", folder.path + "/sub/dangling")
    }

    private func clash(_ left: String, _ right: String, _ use: FileRoles.Use = .written) -> String? {
        var roles = FileRoles()
        roles.add("one", left.hasPrefix("/") ? left : folder.path + "/" + left, .read)
        roles.add("two", right.hasPrefix("/") ? right : folder.path + "/" + right, use)
        return roles.clash
    }

    @Test(
        "a file is the same however it is named",
        arguments: [
            ("a", "a"), ("a", "./sub/../a"), ("a", "hard"), ("soft", "a"), ("soft", "hard"), ("new", "new"),
            ("new", "sub/../new"), ("dangling", "new"), ("sub/dangling", "dangling"),
        ])
    func same(left: String, right: String) throws {
        let clash = try #require(self.clash(left, right))
        #expect(
            clash.hasPrefix("one and two are one file, ") && clash.hasSuffix(right + "; give each a file of its own"))
        #expect(self.clash(left, right, .read) == nil)
    }

    @Test(
        "others are not, nor are devices, folders and what cannot be made",
        arguments: [
            ("a", "b"), ("new", "sub/new"), ("/dev/null", "/dev/null"), ("/dev/stderr", "/dev/stderr"), ("sub", "sub"),
            ("missing/x", "missing/x"),
        ])
    func other(left: String, right: String) { #expect(clash(left, right) == nil) }

    @Test("a dash is no file")
    func dash() {
        var roles = FileRoles()
        roles.add("one", "-", .written)
        roles.add("two", "-", .written)
        #expect(roles.clash == nil)
    }

    @Test("a link that leads to itself ends the search")
    func loop() {
        symlink("loop", folder.path + "/loop")
        #expect(clash("loop", "loop") == nil)
    }

    @Test("a descriptor is held against paths")
    func descriptor() {
        let file = open(folder.path + "/a", O_RDONLY)
        defer { close(file) }
        var roles = FileRoles()
        roles.add("the input", descriptor: file, .read)
        roles.add("--record", folder.path + "/hard", .written)
        #expect(roles.clash != nil)
    }
}
