import CSystem

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A process number, or the errno of the failure.
enum SpawnResult: Sendable {
    case success(pid_t)
    case failure(Int32)

    /// The errno; 0 for success.
    var code: Int32 { if case .failure(let code) = self { code } else { 0 } }
}

/// One start of a program by posix_spawn, step by step.
final class Spawn {
    #if canImport(Glibc)
        private var actions = posix_spawn_file_actions_t()
        private var attributes = posix_spawnattr_t()
    #else
        private var actions: posix_spawn_file_actions_t?
        private var attributes: posix_spawnattr_t?
    #endif

    init() {
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
    }

    deinit {
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
    }

    /// Gives the child a descriptor under another number.
    func copy(_ descriptor: Int32, to number: Int32) {
        posix_spawn_file_actions_adddup2(&actions, descriptor, number)
    }

    /// Opens a file in the child.
    func open(_ path: String, _ flags: Int32, as number: Int32) {
        posix_spawn_file_actions_addopen(&actions, number, path, flags, 0)
    }

    /// Closes everything beyond the standard descriptors in the child, whoever opened it.
    func closeRest() {
        #if canImport(Glibc)
            posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        #endif
    }

    /// Sets the child's working folder.
    func changeFolder(_ path: String) { posix_spawn_file_actions_addchdir_np(&actions, path) }

    /// Starts the program, as the leader of a group, or of a session, of its own.
    func run(
        _ executable: String, _ arguments: [String], _ environment: [String: String], ownSession: Bool
    ) -> SpawnResult {
        // The thread that starts it may block signals, and this process may ignore some; a child would inherit both.
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        var flags = Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF)
        flags |= ownSession ? dspy_spawn_own_session : Int16(POSIX_SPAWN_SETPGROUP)
        #if canImport(Darwin)
            flags |= Int16(POSIX_SPAWN_CLOEXEC_DEFAULT)
        #endif
        posix_spawnattr_setflags(&attributes, flags)
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var id = pid_t()
        let code = posix_spawn(&id, executable, &actions, &attributes, &argv, &envp)
        return code == 0 ? .success(id) : .failure(code)
    }
}
