import DSPyCore
import Synchronization

/// A module that answers by a rule and keeps the inputs it was given.
final class RuleModule: Module {
    private let rule: @Sendable (Int, ValueDict, RunContext) async throws -> ValueDict
    private let given = Mutex<[ValueDict]>([])

    /// - Parameter rule: The number of the call from 0, the inputs and the context.
    init(_ rule: @escaping @Sendable (Int, ValueDict, RunContext) async throws -> ValueDict) { self.rule = rule }

    /// Always the same fields.
    convenience init(_ fields: ValueDict) { self.init { _, _, _ in fields } }

    /// What it was asked, in the order of the calls.
    var calls: [ValueDict] { given.withLock { $0 } }

    var submodules: [(name: String, module: any Module)] { [] }

    func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        let number = given.withLock { given in
            given.append(inputs)
            return given.count - 1
        }
        return Prediction(try await rule(number, inputs, context))
    }
}

extension Pipeline.Step {
    /// A step whose inputs have the names of the scope.
    static func of(_ module: any Module, _ names: String..., name: String? = nil) -> Pipeline.Step {
        Pipeline.Step(name: name, module: module, inputs: names.map { ($0, [$0]) })
    }
}

/// Keeps the lines that a run warns of.
final class WarningList: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }
    var context: RunContext { RunContext(warn: { line in self.kept.withLock { $0.append(line) } }) }
}

/// A clock that stands still: a sleep ends when the test says so, or when its task is cancelled.
final class HandClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Swift.Duration
        func advanced(by duration: Swift.Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Swift.Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let asked = Mutex<[Swift.Duration]>([])
    private let gate: Gate

    /// - Parameter isOpen: Whether sleeps end at once.
    init(isOpen: Bool) { gate = Gate(isOpen: isOpen) }

    let minimumResolution = Swift.Duration.zero
    var now: Instant { Instant(offset: .zero) }
    /// How long sleepers asked to sleep.
    var sleeps: [Swift.Duration] { asked.withLock { $0 } }

    func sleep(until deadline: Instant, tolerance: Swift.Duration?) async throws {
        asked.withLock { $0.append(deadline.offset) }
        try await gate.pass()
    }
}

/// A gate that tasks wait at until it is opened, or until they are cancelled.
final class Gate: Sendable {
    private struct State {
        var isOpen: Bool
        var next = 0
        var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    init(isOpen: Bool = false) { state = Mutex(State(isOpen: isOpen)) }

    /// How many wait.
    var count: Int { state.withLock { $0.waiting.count } }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume(returning: true) }
    }

    func pass() async throws {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        let isThrough = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.cancelled.contains(id) { return false }
                    if state.isOpen { return true }
                    state.waiting[id] = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                state.cancelled.insert(id)
                return state.waiting.removeValue(forKey: id)
            }
            waiter?.resume(returning: false)
        }
        guard isThrough else { throw CancellationError() }
    }
}
