import OrderedJSON
import Testing

@testable import DSPyClients

@Suite("Strict schemas")
struct StrictSchemaTests {
    /// Schemas and what DSPy 3.4.1 (`_strict_json_schema`) makes of them.
    static let cases: [(schema: String, strict: String)] = [
        (
            ##"{"description":"An address.","properties":{"street":{"title":"Street","type":"string"},"zip":{"anyOf":[{"type":"string"},{"type":"null"}],"default":null,"title":"Zip"}},"required":["street"],"title":"A","type":"object"}"##,
            ##"{"description":"An address.","properties":{"street":{"title":"Street","type":"string"},"zip":{"anyOf":[{"type":"string"},{"type":"null"}],"title":"Zip"}},"required":["street","zip"],"title":"A","type":"object","additionalProperties":false}"##
        ),
        (
            ##"{"$defs":{"A":{"description":"An address.","properties":{"street":{"title":"Street","type":"string"},"zip":{"anyOf":[{"type":"string"},{"type":"null"}],"default":null,"title":"Zip"}},"required":["street"],"title":"A","type":"object"},"T":{"properties":{"kids":{"default":[],"items":{"$ref":"#/$defs/T"},"title":"Kids","type":"array"},"a":{"$ref":"#/$defs/A","description":"the address"},"b":{"anyOf":[{"$ref":"#/$defs/A"},{"type":"null"}],"default":null,"description":"other"},"n":{"default":3,"minimum":1,"title":"N","type":"integer"}},"required":["a"],"title":"T","type":"object"}},"$ref":"#/$defs/T"}"##,
            ##"{"properties":{"kids":{"default":[],"items":{"$ref":"#/$defs/T"},"title":"Kids","type":"array"},"a":{"description":"the address","properties":{"street":{"title":"Street","type":"string"},"zip":{"anyOf":[{"type":"string"},{"type":"null"}],"title":"Zip"}},"required":["street","zip"],"title":"A","type":"object","additionalProperties":false},"b":{"anyOf":[{"$ref":"#/$defs/A"},{"type":"null"}],"description":"other"},"n":{"default":3,"minimum":1,"title":"N","type":"integer"}},"required":["kids","a","b","n"],"title":"T","type":"object","additionalProperties":false,"$defs":{"A":{"description":"An address.","properties":{"street":{"title":"Street","type":"string"},"zip":{"anyOf":[{"type":"string"},{"type":"null"}],"title":"Zip"}},"required":["street","zip"],"title":"A","type":"object","additionalProperties":false},"T":{"properties":{"kids":{"default":[],"items":{"$ref":"#/$defs/T"},"title":"Kids","type":"array"},"a":{"description":"the address","properties":{"street":{"title":"Street","type":"string"},"zip":{"anyOf":[{"type":"string"},{"type":"null"}],"title":"Zip"}},"required":["street","zip"],"title":"A","type":"object","additionalProperties":false},"b":{"anyOf":[{"$ref":"#/$defs/A"},{"type":"null"}],"description":"other"},"n":{"default":3,"minimum":1,"title":"N","type":"integer"}},"required":["kids","a","b","n"],"title":"T","type":"object","additionalProperties":false}}}"##
        ),
        (
            ##"{"$defs":{"A":{"description":"An address.","properties":{"street":{"title":"Street","type":"string"},"zip":{"anyOf":[{"type":"string"},{"type":"null"}],"default":null,"title":"Zip"}},"required":["street"],"title":"A","type":"object"},"T":{"properties":{"kids":{"default":[],"items":{"$ref":"#/$defs/T"},"title":"Kids","type":"array"},"a":{"$ref":"#/$defs/A","description":"the address"},"b":{"anyOf":[{"$ref":"#/$defs/A"},{"type":"null"}],"default":null,"description":"other"},"n":{"default":3,"minimum":1,"title":"N","type":"integer"}},"required":["a"],"title":"T","type":"object"}},"properties":{"x":{"$ref":"#/$defs/A"},"t":{"anyOf":[{"$ref":"#/$defs/T"},{"type":"null"}],"default":null},"m":{"additionalProperties":{"type":"integer"},"default":{},"title":"M","type":"object"},"any":{"default":null,"title":"Any"}},"required":["x"],"title":"P","type":"object"}"##,
            ##"{"$defs":{"A":{"description":"An address.","properties":{"street":{"title":"Street","type":"string"},"zip":{"anyOf":[{"type":"string"},{"type":"null"}],"title":"Zip"}},"required":["street","zip"],"title":"A","type":"object","additionalProperties":false},"T":{"properties":{"kids":{"default":[],"items":{"$ref":"#/$defs/T"},"title":"Kids","type":"array"},"a":{"description":"the address","properties":{"street":{"title":"Street","type":"string"},"zip":{"anyOf":[{"type":"string"},{"type":"null"}],"title":"Zip"}},"required":["street","zip"],"title":"A","type":"object","additionalProperties":false},"b":{"anyOf":[{"$ref":"#/$defs/A"},{"type":"null"}],"description":"other"},"n":{"default":3,"minimum":1,"title":"N","type":"integer"}},"required":["kids","a","b","n"],"title":"T","type":"object","additionalProperties":false}},"properties":{"x":{"$ref":"#/$defs/A"},"t":{"anyOf":[{"$ref":"#/$defs/T"},{"type":"null"}]},"m":{"additionalProperties":{"type":"integer"},"default":{},"title":"M","type":"object"},"any":{"title":"Any"}},"required":["x","t","m","any"],"title":"P","type":"object","additionalProperties":false}"##
        ),
        (
            ##"{"type":"object","properties":{"q":{"allOf":[{"$ref":"#/$defs/A"}],"default":null,"title":"Q"}},"$defs":{"A":{"type":"object","properties":{"z":{"type":"string"}}}}}"##,
            ##"{"type":"object","properties":{"q":{"type":"object","properties":{"z":{"type":"string"}},"additionalProperties":false,"required":["z"],"title":"Q"}},"$defs":{"A":{"type":"object","properties":{"z":{"type":"string"}},"additionalProperties":false,"required":["z"]}},"additionalProperties":false,"required":["q"]}"##
        ),
        (
            ##"{"type":"array","items":{"type":"object"}}"##,
            ##"{"type":"array","items":{"type":"object","additionalProperties":false}}"##
        ),
    ]

    @Test("a schema becomes strict as in DSPy", arguments: cases)
    func strict(schema: String, strict: String) throws {
        let format = StrictSchema.tightened(["name": "X", "schema": try JSON(parsing: schema)])
        #expect(format.keys == ["name", "schema", "strict"])
        #expect(format["schema"]?.text() == strict)
    }

    @Test("a schema whose owner said how strict it is stays as it is")
    func own() {
        let format: JSONObject = ["name": "X", "strict": false, "schema": ["type": "object"]]
        #expect(StrictSchema.tightened(format) == format)
    }

    @Test("a reference that leads back to itself ends")
    func endless() throws {
        let schema = try JSON(
            parsing: ##"{"$defs":{"A":{"$ref":"#/$defs/A","title":"t"}},"$ref":"#/$defs/A","title":"x"}"##)
        #expect(StrictSchema.tightened(["name": "X", "schema": schema])["strict"] == true)
    }
}
