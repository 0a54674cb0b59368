import DSPyCore
import OrderedJSON
import Testing

@Suite("JSON as orjson writes it") struct OrjsonTests {
    @Test(
        "floats have no padding, and small ones no exponent",
        arguments: [
            (1e-4, "0.0001"), (1.5e-4, "0.00015"), (1e-5, "0.00001"), (1.25e-5, "0.0000125"), (-1e-5, "-0.00001"),
            (1.5e-6, "1.5e-6"), (1e-7, "1e-7"), (1e15, "1000000000000000.0"), (1e16, "1e+16"),
            (0.5, "0.5"), (.nan, "null"), (.infinity, "null"),
        ])
    func floats(number: Double, text: String) throws {
        let event = try StreamItem.prediction(Prediction(["x": .float(number)])).serverSentEvent(isStrict: true)
        #expect(event == "data: {\"prediction\":{\"x\":\(text)}}\n\n")
    }
}
