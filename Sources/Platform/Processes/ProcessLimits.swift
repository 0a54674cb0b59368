import Basics
import Dispatch

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the caller lets this process have (`ulimit`), held against what it cannot do without.
///
/// The libraries below do not tell of a thread or a descriptor that they do not get: they end the process, or try again for
/// ever. So this is looked at before they are.
package enum ProcessLimits {
    /// Descriptors that are not open yet.
    private static let descriptors = 24
    /// Threads at a time.
    private static let threads = 8
    /// Kilobytes of address space: threads and their heaps reserve far more than they use, and there are as many as cores.
    private static var memory: UInt64 {
        (512 + 16 * UInt64(Machine.processors)) << 10
    }
    /// Kilobytes of stack of a thread.
    private static let stack: UInt64 = 256

    /// What is missing; nil where there is enough.
    package static var shortage: String? {
        #if canImport(Glibc)
            let memory = limit(RLIMIT_AS).rlim_cur >> 10
            if memory < Self.memory {
                return "only \(memory) KB of memory may be used (ulimit -v); at least \(Self.memory) are needed"
            }
            let stack = limit(RLIMIT_STACK).rlim_cur >> 10
            if stack < Self.stack {
                return "a thread may have only \(stack) KB of stack (ulimit -s); at least \(Self.stack) are needed"
            }
            let files = limit(RLIMIT_NOFILE).rlim_max
            if files < 4096 {
                let free = (0..<Int32(files)).count { fcntl($0, F_GETFD) < 0 }
                if free < descriptors {
                    return "only \(free) more files may be open at a time (ulimit -n \(files)); "
                        + "at least \(descriptors) are needed"
                }
            }
            let processes = limit(__RLIMIT_NPROC).rlim_cur
            if processes < 1024, !threadsCanStart {
                return "only \(processes) threads of this user may run at a time (ulimit -u); "
                    + "at least \(threads) more than there are now are needed"
            }
        #endif
        return nil
    }

    /// Makes use of what the system lets everybody have anyway: a soft limit of descriptors is only a default.
    package static func raiseDescriptors() {
        #if canImport(Glibc)
            var files = limit(RLIMIT_NOFILE)
            guard files.rlim_cur < 256, files.rlim_max > files.rlim_cur else { return }
            files.rlim_cur = min(files.rlim_max, 256)
            _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files)
        #endif
    }

    /// Leaves no image of the memory behind, whatever ends the process: keys are in it.
    package static func forbidCore() {
        #if canImport(Glibc)
            var core = limit(RLIMIT_CORE)
            core.rlim_cur = 0
            _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &core)
        #endif
    }

    #if canImport(Glibc)
        private static func limit(_ resource: __rlimit_resource) -> rlimit {
            var limit = rlimit(rlim_cur: .max, rlim_max: .max)
            _ = getrlimit(__rlimit_resource_t(resource.rawValue), &limit)
            return limit
        }
    #endif

    /// Starts as many threads as are needed at a time; they end at once.
    private static var threadsCanStart: Bool {
        let gate = DispatchSemaphore(value: 0)
        var started = 0
        defer { for _ in 0..<started { gate.signal() } }
        while started < threads {
            guard SystemThread.start({ gate.wait() }) == 0 else { return false }
            started += 1
        }
        return true
    }
}
