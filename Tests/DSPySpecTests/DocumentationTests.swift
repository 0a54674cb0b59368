import DSPySpec
import OrderedJSON
import TestSupport
import Testing

/// The description of the format says all keys and codes, and its examples are true.
@Suite struct Documentation {
    @Test(
        "every key that runs has a section with an example and its findings",
        arguments: SpecKeys.all.filter(\.isAvailable).map(\.name))
    func keys(name: String) throws {
        let parts = FormatDocument.text.split(separator: "\n### `\(name)`\n")
        try #require(parts.count == 2, "docs/spec-format.md has one section \"### `\(name)`\"")
        let section = parts[1].split(separator: "\n#").first ?? ""
        #expect(section.contains("```json"), "the section of `\(name)` has an example")
    }

    @Test("no section speaks of a key that does not run")
    func sections() {
        let sections = FormatDocument.text.split(separator: "\n").filter { $0.hasPrefix("### `") }.map {
            $0.dropFirst(5).dropLast()
        }
        #expect(Set(sections.map(String.init)) == Set(SpecKeys.all.filter(\.isAvailable).map(\.name)))
    }

    @Test("every code of a finding is described", arguments: SpecCode.allCases)
    func codes(code: SpecCode) { #expect(FormatDocument.text.contains("`\(code.rawValue)`")) }

    @Test("every example loads without a finding", arguments: FormatDocument.examples)
    func examples(text: String) {
        let found = MemoryFiles().load(text).diagnostics
        #expect(found.isEmpty, "\(found.map(\.description))")
    }

    @Test(
        "every example and program is valid against the JSON Schema",
        arguments: FormatDocument.examples + FormatDocument.programs.compactMap { Golden.text(of: $0) })
    func schema(text: String) throws {
        let json = try JSON(parsing: text, options: .jsonc)
        #expect(
            SchemaChecker(SpecSchema.schema).faults(of: json).isEmpty,
            "\(SchemaChecker(SpecSchema.schema).faults(of: json))")
    }

    @Test("there are examples and programs to check")
    func presence() {
        #expect(FormatDocument.examples.count > 20)
        #expect(FormatDocument.programs.allSatisfy { Golden.text(of: $0) != nil })
    }
}
