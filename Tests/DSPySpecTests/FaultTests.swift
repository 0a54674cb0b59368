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

    @Test("every code has a case")
    func coverage() {
        let cases =
            FaultTable.structure + FaultTable.signatures + FaultTable.details + FaultTable.models + FaultTable.wiring
            + FaultTable.files
        #expect(Set(cases.map(\.code)) == Set(SpecCode.allCases))
    }
}

/// Programs with one fault each.
enum FaultTable {}
