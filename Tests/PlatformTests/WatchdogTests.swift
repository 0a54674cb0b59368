import TestSupport
import Testing

@testable import Platform

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("The watchdog and what it is told")
struct WatchdogTests {
    @Test("the watchdog kills what is left when its line ends")
    func watchdog() throws {
        let supervisor = ProcessSupervisor(watchdog: nil)
        let sleep = try #require(Executable.find("sleep"))
        let plan = SupervisedProcess.Plan(executable: sleep, arguments: ["sleep", "30"], environment: [:])
        let (doomed, spared) = (
            try SupervisedProcess(plan, supervisor: supervisor), try SupervisedProcess(plan, supervisor: supervisor)
        )
        let pipe = try #require(Pipe())
        let text = Array("+\(doomed.id)\n+\(spared.id)\nnonsense\n+1\n+0\n+-5\n-\(spared.id)\n".utf8)
        #expect(write(pipe.writing, text, text.count) == text.count)
        close(pipe.writing)
        Watchdog.serve(pipe.reading)
        close(pipe.reading)
        while !doomed.hasExited { usleep(1000) }
        #expect(doomed.end() == 137)
        #expect(!spared.hasExited)
        spared.end()
    }

    @Test("a killed watchdog is replaced, and it learns what runs")
    func replacement() throws {
        // A script that only keeps what it is told stands in for the watchdog.
        let folder = try TemporaryFolder()
        let script = try folder.write("#!/bin/sh\nexec cat >> \(folder.path)/log\n", to: "dog", mode: 0o700)
        let supervisor = ProcessSupervisor(watchdog: script)
        let sleep = try #require(Executable.find("sleep"))
        let plan = SupervisedProcess.Plan(executable: sleep, arguments: ["sleep", "30"], environment: [:])
        let first = try SupervisedProcess(plan, supervisor: supervisor)
        let dog = try #require(supervisor.watchdog)
        kill(dog, SIGKILL)
        var info = siginfo_t()
        waitid(P_PID, id_t(dog), &info, WEXITED | WNOWAIT)
        let second = try SupervisedProcess(plan, supervisor: supervisor)
        #expect(supervisor.watchdog != dog)
        #expect(supervisor.watchdog != nil)
        #expect(supervisor.running == [first.id, second.id])
        first.end()
        second.end()
        #expect(supervisor.running.isEmpty)
    }
}
