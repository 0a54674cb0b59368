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

    /// Opens a file in the child; one that is made is this user's alone.
    func open(_ path: String, _ flags: Int32, as number: Int32) {
        posix_spawn_file_actions_addopen(&actions, number, path, flags, 0o600)
    }

    /// Closes everything beyond the standard descriptors in the child, whoever opened it.
    func closeRest() {
        #if canImport(Glibc)
            posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        #endif
    }

    /// Sets the child's working folder.
    func changeFolder(_ path: String) { posix_spawn_file_actions_addchdir_np(&actions, path) }

    /// What process group the child is in.
    enum Group {
        /// This process's.
        case inherited
        /// One of its own.
        case own
        /// One of its own, in a session of its own.
        case ownSession
    }

    /// Starts the program.
    func run(
        _ executable: String, _ arguments: [String], _ environment: [String: String], group: Group
    ) -> SpawnResult {
        // The thread that starts it may block signals, and this process may ignore some; a child would inherit both.
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var flags = Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF)
        switch group {
        case .inherited: break
        case .own:
            posix_spawnattr_setpgroup(&attributes, 0)
            flags |= Int16(POSIX_SPAWN_SETPGROUP)
        case .ownSession: flags |= dspy_spawn_own_session
        }
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
