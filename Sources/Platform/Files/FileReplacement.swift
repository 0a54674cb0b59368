#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Puts a new content in a file's place in one step: a reader sees the old one or the new one, whole.
///
/// A link stays a link: what it leads to is replaced. The new file has the permissions, owner and group of the old one.
package enum FileReplacement {
    /// Writes a file beside, and puts it into place.
    ///
    /// - Parameters:
    ///   - failed: The caller's error for a step that went wrong.
    ///   - fill: Writes the content to a descriptor; the name is that of the file beside, for errors.
    package static func replace<Failure: Error>(
        _ path: String, failed: (FileError) -> Failure, fill: (Int32, String) throws(Failure) -> Void
    ) throws(Failure) {
        let target = resolved(path)
        let before = status(of: target)
        let temporary = target + Leftover.suffix
        // Until it has the old one's rights nobody else may look into it.
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, before == nil ? 0o666 : 0o600)
        guard descriptor >= 0 else { throw failed(FileError(path, isReading: false, errno: errno)) }
        // Held while this process lives, so that nobody takes the file for a leftover.
        _ = flock(descriptor, LOCK_EX | LOCK_NB)
        do throws(Failure) {
            try fill(descriptor, temporary)
            if let before { inherit(before, descriptor) }
            guard fsync(descriptor) == 0 || errno == EINVAL, rename(temporary, target) == 0 else {
                throw failed(FileError(path, isReading: false, errno: errno))
            }
        } catch {
            _ = unlink(temporary)
            _ = close(descriptor)
            throw error
        }
        _ = close(descriptor)
    }

    /// Removes what replacements of a file have left behind whose processes were killed; never those of a process that
    /// lives.
    package static func removeLeftovers(of path: String) {
        let target = resolved(path)
        let (folder, name) = split(target)
        guard let listing = opendir(folder) else { return }
        defer { _ = closedir(listing) }
        while let entry = readdir(listing) {
            let found = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                bytes.baseAddress.map { String(cString: $0.assumingMemoryBound(to: CChar.self)) } ?? ""
            }
            guard let leftover = Leftover(found, of: name) else { continue }
            leftover.remove(folder + "/" + found)
        }
    }

    /// The file that a path leads to, also where there is none yet.
    package static func resolved(_ path: String) -> String {
        var path = path
        // As many links as Linux follows.
        for _ in 0..<40 {
            if let real = realpath(path, nil) {
                defer { free(real) }
                return String(cString: real)
            }
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = readlink(path, &buffer, buffer.count)
            guard count > 0 else { return path }
            let next = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            path = next.hasPrefix("/") ? next : split(path).folder + "/" + next
        }
        return path
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let folder = path[..<slash]
        return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
    }

    private static func status(of path: String) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }

    /// Gives a file the owner, group and permissions of another.
    private static func inherit(_ before: stat, _ descriptor: Int32) {
        var mode = before.st_mode & 0o7777
        // Giving a file away needs rights; where only the group cannot be kept, another group gets none of its rights.
        if fchown(descriptor, before.st_uid, before.st_gid) != 0, fchown(descriptor, uid_t.max, before.st_gid) != 0 {
            mode &= ~0o6070
        }
        _ = fchmod(descriptor, mode)
    }
}

/// A file beside another that a replacement writes: its name tells the process.
private struct Leftover {
    let pid: pid_t

    /// What stands behind a file's name: the process, sixteen random hexadecimal digits, and `.tmp`.
    static var suffix: String {
        let random = String(UInt64.random(in: .min ... .max), radix: 16)
        return ".\(getpid())-\(String(repeating: "0", count: 16 - random.count))\(random).tmp"
    }

    /// The leftover that a name tells of; nil for any other file.
    init?(_ name: String, of original: String) {
        guard name.hasPrefix(original + "."), name.hasSuffix(".tmp") else { return nil }
        let parts = name.dropFirst(original.count + 1).dropLast(4).split(
            separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let pid = pid_t(parts[0]), pid > 0, parts[1].count == 16,
            parts[1].allSatisfy(\.isHexDigit)
        else { return nil }
        self.pid = pid
    }

    /// Removes it, unless its process lives here, or, as one that cannot be seen from here, still holds it.
    func remove(_ path: String) {
        guard kill(pid, 0) != 0, errno == ESRCH else { return }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return }
        defer { _ = close(descriptor) }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { _ = unlink(path) }
    }
}
