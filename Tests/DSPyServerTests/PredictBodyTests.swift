import DSPyCore
import DSPySpec
import OrderedJSON
import Testing

@testable import DSPyServer

@Suite("Bodies of predictions")
struct PredictBodyTests {
    private func body(_ signature: String) throws -> PredictBody {
        let files = SpecFiles(
            read: { (_: String) throws(SpecFiles.Failure) -> [UInt8] in throw .missing }, resolve: { $0 })
        let program = try #require(SpecLoader(files: files).load(signature: signature).program)
        return PredictBody(ports: program.inputs)
    }

    private func inputs(_ signature: String, _ text: String) throws -> ValueDict {
        try body(signature).inputs(Array(text.utf8))
    }

    /// The faults as the answer's body has them.
    private func detail(_ signature: String, _ text: String) throws -> String {
        let body = try body(signature)
        do throws(BodyFaults) {
            _ = try body.inputs(Array(text.utf8))
            return "none"
        } catch {
            return JSON.array(error.faults.map(\.json)).text()
        }
    }

    @Test("inputs come as they are, under `inputs`, or as the one text")
    func forms() throws {
        #expect(try inputs("question -> a", #"{"question":"q"}"#) == ["question": "q"])
        #expect(try inputs("question -> a", #"{"inputs":{"question":"q"}}"#) == ["question": "q"])
        #expect(try inputs("question -> a", #"{"text":"q"}"#) == ["question": "q"])
        #expect(try inputs("text -> a", #"{"text":"q"}"#) == ["text": "q"])
        #expect(try inputs("inputs -> a", #"{"inputs":"q"}"#) == ["inputs": "q"])
        #expect(try inputs("n: int -> a", #"{"n":"7"}"#) == ["n": .int(7)])
        #expect(try inputs("n -> a", #"{"n":7}"#) == ["n": .int(7)])
        #expect(try inputs("a, b -> c", #"{"a":"1","b":"x","a":"2"}"#) == ["a": "2", "b": "x"])
    }

    @Test("what is wrong is told as FastAPI tells it, all at once")
    func faults() throws {
        #expect(
            try detail("question -> a", "{}")
                == #"[{"type":"missing","loc":["body","question"],"msg":"Field required","input":{}}]"#)
        #expect(
            try detail("question -> a", #"{"inputs":{}}"#)
                == #"[{"type":"missing","loc":["body","inputs","question"],"msg":"Field required","input":{}}]"#)
        #expect(
            try detail("question -> a", "")
                == #"[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]"#)
        #expect(
            try detail("question: str -> a", #"{"text":5}"#).contains(#""type":"string_type","loc":["body","text"]"#))
        #expect(try detail("n: int -> a", #"{"n":"x"}"#).contains(#""type":"int_parsing","loc":["body","n"]"#))
        #expect(try detail("question -> a", "[1]").contains(#""type":"model_attributes_type","loc":["body"]"#))
        let all = try JSON(parsing: try detail("a, n: int, b -> c", #"{"n":"x","zz":1}"#))
        #expect(all.array?.map { $0["type"] } == ["missing", "missing", "int_parsing", "extra_forbidden"])
        #expect(all.array?.map { $0["loc"]?.array?.last } == ["a", "b", "n", "zz"])
    }

    @Test("a body that is no JSON says where, in characters")
    func notJSON() throws {
        let text = try detail("q -> a", #"{"q":"ää", x}"#)
        #expect(
            text.contains(
                #""type":"json_invalid","loc":["body",11],"msg":"JSON decode error","input":{},"ctx":{"error":"#))
        for bad in ["NaN", "{\"q\":NaN}", "{} {}", "{\"q\":1,}", "\u{FEFF}{}"] {
            #expect(try detail("q -> a", bad).contains("json_invalid"), "\(bad)")
        }
        func nested(_ depth: Int) -> String {
            "{\"q\":" + String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1) + "}"
        }
        #expect(try detail("q -> a", nested(96)) == "none")
        #expect(try detail("q -> a", nested(97)).contains("json_invalid"))
        #expect(throws: BodyFaults.self) { try body("q -> a").inputs([0x7B, 0xFF, 0x7D]) }
    }

    @Test("a long value is not sent back")
    func longInput() throws {
        let long = String(repeating: "x", count: 1100)
        #expect(!(try detail("n: int -> a", "{\"n\":\"\(long)\"}").contains(long)))
        #expect(try detail("n: int -> a", #"{"n":"xxx"}"#).contains("xxx"))
    }

    @Test("a fault inside a value has its place and pydantic's name")
    func nested() throws {
        let text = try detail("xs: list[int] -> a", #"{"xs":[1,"x"]}"#)
        #expect(text.contains(#""type":"int_parsing","loc":["body","xs",1]"#))
        #expect(try detail("x: Literal['a', 'b'] -> a", #"{"x":"c"}"#).contains("literal_error"))
        #expect(try detail("x: bool -> a", #"{"x":"c"}"#).contains("bool_parsing"))
        #expect(try detail("x: dict[str, int] -> a", #"{"x":[]}"#).contains("dict_type"))
        #expect(try detail("x: float -> a", #"{"x":"c"}"#).contains("float_parsing"))
        #expect(try detail("x: list -> a", #"{"x":{}}"#).contains("list_type"))
    }

    @Test("rows of a batch fail one by one, and their ids are taken off")
    func rows() throws {
        let batch = BatchBody(body: try body("q -> a"))
        func rows(_ text: String, areLines: Bool, of batch: BatchBody) throws -> [BatchBody.Row] {
            try batch.sources(Array(text.utf8), areLines: areLines).map(batch.row)
        }
        let found = try rows("{\"q\":\"1\",\"id\":7}\n\n  \n{bad\n{\"x\":1}\n", areLines: true, of: batch)
        #expect(found[0].id == 7)
        let codes = found.map { row in if case .failure(let fault) = row.inputs { fault.code } else { "" } }
        #expect(codes == ["", "bad_line", "missing_input"])
        #expect(try rows("[]", areLines: false, of: batch).isEmpty)
        #expect(throws: BodyFaults.self) { try rows("{}", areLines: false, of: batch) }
        #expect(throws: BodyFaults.self) { try rows("[", areLines: false, of: batch) }
        let own = BatchBody(body: try body("id -> a"))
        #expect(try rows(#"[{"id":"x"}]"#, areLines: false, of: own).first?.id == nil)
    }

    @Test("of very many faults the first hundred are told")
    func many() throws {
        let text = "{" + (0..<5000).map { "\"x\($0)\":1" }.joined(separator: ",") + "}"
        #expect(try JSON(parsing: try detail("q -> a", text)).array?.count == 100)
    }
}
