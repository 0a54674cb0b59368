import TestSupport
import Testing

@testable import DSPyBatch

@Suite("Asking a batch to stop")
struct ControlTests {
    @Test("asking for less than was asked changes nothing")
    func more() {
        let control = BatchControl()
        #expect(control.request == .goOn)
        let asked: [BatchControl.Request] = [.goOn, .drain, .goOn, .drain, .abort, .drain, .goOn]
        let found = asked.map { request in
            control.ask(request)
            return control.request
        }
        #expect(found == [.goOn, .drain, .drain, .drain, .abort, .abort, .abort])
    }

    @Test("what was asked before somebody waits is told at once, each step once")
    func before() async {
        let control = BatchControl()
        control.ask(.drain)
        #expect(await control.change() == .drain)
        control.ask(.abort)
        #expect(await control.change() == .abort)
    }

    @Test("who waits is woken by the next step up, and not by less", arguments: 1...50)
    func woken(round: Int) async {
        let control = BatchControl()
        async let first = control.change()
        control.ask(.goOn)
        control.ask(.drain)
        #expect(await first == .drain)
        async let second = control.change()
        control.ask(.drain)
        control.ask(.abort)
        #expect(await second == .abort)
    }

    @Test("who waits in a task that is cancelled comes back with what was asked", arguments: 1...50)
    func cancelled(round: Int) async {
        let control = BatchControl()
        let task = Task { await control.change() }
        if round % 2 == 0 { await Task.yield() }
        task.cancel()
        #expect(await task.value == .goOn)
    }
}
