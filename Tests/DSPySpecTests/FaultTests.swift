import DSPySpec
import Testing

/// One fault each, told once and at its place.
@Suite struct Faults {
    @Test("a fault in the JSON or in keys is told once, at its place", arguments: FaultTable.structure)
    func structure(fault: Fault) { fault.expect() }

    @Test("a fault in a signature or a type is told inside the string", arguments: FaultTable.signatures)
    func signatures(fault: Fault) { fault.expect() }

    @Test("a fault in what stands beside a signature is told once, at its place", arguments: FaultTable.details)
    func details(fault: Fault) { fault.expect() }

    @Test("a fault in a model or adapter is told once, at its place", arguments: FaultTable.models)
    func models(fault: Fault) { fault.expect() }

    @Test("a fault in the wiring is told once, at its place", arguments: FaultTable.wiring)
    func wiring(fault: Fault) { fault.expect() }

    @Test("a fault in another file is told at the name of the file", arguments: FaultTable.files)
    func files(fault: Fault) { fault.expect() }

    @Test("a fault in a tool is told once, at its place", arguments: FaultTable.tools)
    func tools(fault: Fault) { fault.expect() }

    @Test("a fault in what a module may be or call is told once, at its place", arguments: FaultTable.modules)
    func modules(fault: Fault) { fault.expect() }

    @Test("a fault in a branch is told once, at its place", arguments: FaultTable.branches)
    func branches(fault: Fault) { fault.expect() }

    @Test("a fault in what is repeated is told once, at its place", arguments: FaultTable.repetition)
    func repetition(fault: Fault) { fault.expect() }

    @Test("a fault in what stands around a node is told once, at its place", arguments: FaultTable.guards)
    func guards(fault: Fault) { fault.expect() }

    @Test("a fault in an expression is told inside it, at its place", arguments: FaultTable.expressions)
    func expressions(fault: Fault) { fault.expect() }

    @Test("every code has a case")
    func coverage() {
        let cases =
            FaultTable.structure + FaultTable.signatures + FaultTable.details + FaultTable.models + FaultTable.wiring
            + FaultTable.files + FaultTable.tools + FaultTable.modules + FaultTable.branches + FaultTable.repetition
            + FaultTable.guards + FaultTable.expressions
        #expect(Set(cases.map(\.code)) == Set(SpecCode.allCases))
    }
}

/// Programs with one fault each.
enum FaultTable {}
