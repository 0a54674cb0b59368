@testable import DSPyCore
import OrderedJSON
import Testing

/// The schemas of tools without their references.
@Suite struct SchemaReferenceTests {
    private static func resolved(_ definitions: JSONObject, _ schema: JSON) -> JSON {
        SchemaReferences.resolved(schema, definitions)
    }

    private static func reference(_ name: String) -> JSON { ["$ref": .string("#/$defs/\(name)")] }

    private static func object(_ members: [(String, JSON)]) -> JSON {
        ["type": "object", "properties": .object(JSONObject(members.map { (key: $0.0, value: $0.1) }))]
    }

    /// How many values stand in the JSON.
    private static func count(_ json: JSON) -> Int {
        1 + (json.array ?? []).map(count).reduce(0, +)
            + (json.object ?? [:]).members.map { count($0.value) }.reduce(0, +)
    }

    private static func holdsReference(_ json: JSON) -> Bool {
        json["$ref"] != nil || (json.array ?? []).contains(where: holdsReference)
            || (json.object ?? [:]).members.contains { holdsReference($0.value) }
    }

    @Test("a reference becomes what it names, as often as it stands there")
    func plain() {
        let point = Self.object([("x", ["type": "integer"])])
        let line = Self.object([("from", Self.reference("P")), ("to", Self.reference("P"))])
        #expect(
            Self.resolved(["P": point, "L": line], ["anyOf": [Self.reference("L"), ["type": "null"]]])
                == ["anyOf": [Self.object([("from", point), ("to", point)]), ["type": "null"]]])
        #expect(Self.resolved(["P": point], Self.reference("Q")) == [:])
        #expect(
            Self.resolved(["P": point], ["properties": ["$ref": ["type": "string"]]]) == [
                "properties": ["$ref": ["type": "string"]]
            ])
    }

    @Test("a reference that leads back to itself ends there as anything")
    func circle() {
        let tree = Self.object([("children", ["type": "array", "items": Self.reference("T")])])
        #expect(
            Self.resolved(["T": tree], Self.reference("T"))
                == Self.object([("children", ["type": "array", "items": [:]])]))
        #expect(Self.resolved(["T": Self.reference("T")], Self.reference("T")) == [:])
        let two: JSONObject = [
            "A": Self.object([("b", Self.reference("B"))]), "B": Self.object([("a", Self.reference("A"))]),
        ]
        #expect(Self.resolved(two, Self.reference("A")) == Self.object([("b", Self.object([("a", [:])]))]))
    }

    @Test(
        "any number of definitions that all name each other stay small and say something",
        arguments: [2, 3, 4, 5, 8, 13, 40, 200])
    func mutual(number: Int) {
        let names = (0..<number).map { "D\($0)" }
        let body = Self.object(names.map { ("p\($0)", Self.reference($0)) })
        let definitions = JSONObject(names.map { (key: $0, value: body) })
        let found = Self.resolved(definitions, Self.reference("D0"))
        #expect(!Self.holdsReference(found))
        #expect(Self.count(found) <= 500 + 3 * number)
        #expect(found == [:] || found["type"] == "object")
    }

    @Test("references that double at every level, rings and long chains end in bounded size and depth")
    func wide() {
        func definitions(_ number: Int, _ body: (Int) -> JSON) -> JSONObject {
            JSONObject(
                (0..<number).map { (key: "D\($0)", value: body($0)) } + [(key: "D\(number)", value: ["type": "string"])]
            )
        }
        let doubled = definitions(60) { place in
            Self.object([("a", Self.reference("D\(place + 1)")), ("b", Self.reference("D\(place + 1)"))])
        }
        let small = Self.resolved(doubled, Self.reference("D0"))
        #expect(!Self.holdsReference(small) && small["type"] == "object")
        #expect(Self.count(small) <= 20_100)
        let chain = definitions(50_000) { Self.object([("a", Self.reference("D\($0 + 1)"))]) }
        #expect(Self.count(Self.resolved(chain, Self.reference("D0"))) < 500)
        let ring = definitions(5000) { Self.object([("a", Self.reference("D\(($0 + 1) % 5000)"))]) }
        #expect(Self.count(Self.resolved(ring, Self.reference("D0"))) < 500)
    }

    @Test("many arguments of one circular type share what there is")
    func arguments() {
        let tree = Self.object([("left", Self.reference("T")), ("right", Self.reference("T"))])
        let all = Self.object((0..<1000).map { ("n\($0)", Self.reference("T")) })
        #expect(Self.count(Self.resolved(["T": tree], all)) <= 3000)
    }

    @Test("what was cut takes any value")
    func values() throws {
        let tree = Self.object([
            ("name", ["type": "string"]), ("children", ["type": "array", "items": Self.reference("T")]),
        ])
        let schema = Self.resolved(["T": tree], Self.reference("T"))
        var value = Value.dict(["name": "leaf"])
        for depth in 0..<30 { value = .dict(["name": .string("n\(depth)"), "children": .list([value])]) }
        #expect(SchemaFault.first(in: value, against: schema) == nil)
        #expect(SchemaFault.first(in: .dict(["name": 1]), against: schema) != nil)
    }
}
