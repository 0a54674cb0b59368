import Basics
import DSPyCore
import OrderedJSON
import Testing

@Suite("Numbers from outside")
struct BoundedNumberTests {
    @Test(
        "a float becomes the nearest whole number there is",
        arguments: [
            (0, 0), (1.9, 1), (-1.9, -1), (1e15, 1_000_000_000_000_000), (1e19, .max), (-1e19, .min), (1e308, .max),
            (.infinity, .max), (-.infinity, .min), (.nan, 0), (9_223_372_036_854_775_807.0, .max),
            (-9_223_372_036_854_775_808.0, .min),
        ] as [(Double, Int)])
    func wholes(number: Double, whole: Int) {
        #expect(Int(saturating: number) == whole)
    }

    @Test(
        "a sum stays within the range",
        arguments: [
            (1, 2, 3), (.max, 1, .max), (.max, .max, .max), (.min, -1, .min), (.min, .min, .min), (.max, .min, -1),
        ] as [(Int, Int, Int)])
    func sums(one: Int, other: Int, sum: Int) {
        #expect(one.adding(saturating: other) == sum)
        #expect(other.adding(saturating: one) == sum)
    }

    @Test(
        "seconds become a time that can be waited for",
        arguments: [
            (0, .zero), (0.5, .milliseconds(500)), (-1, .zero), (.nan, .zero), (1e308, .seconds(1_000_000_000)),
            (.infinity, .seconds(1_000_000_000)), (-.infinity, .zero),
        ] as [(Double, Duration)])
    func durations(seconds: Double, duration: Duration) {
        #expect(Duration.bounded(seconds: seconds) == duration)
    }

    @Test("usage near the ends of the range is added up without a crash")
    func usage() {
        let tracker = UsageTracker()
        for count in [Int.max, .max, 1, .min, .min] {
            let usage: JSONObject = [
                "total_tokens": .int(count), "details": ["a": .int(count)], "cost": .double(1e308),
            ]
            var response = LMResponse(outputs: [.init(text: "x")], usage: usage)
            response.attempts = .max
            tracker.add(response, model: "m")
        }
        #expect(tracker.byModel["m"]?["total_tokens"] == .int(.min))
        #expect(tracker.totals.attempts == .max)
    }

    @Test(
        "a decimal has Python's bounds",
        arguments: [
            ("1e999999999999999999", "1E+999999999999999999"), ("1e1000000000000000000", nil),
            ("12e999999999999999999", nil), ("1e-1999999999999999997", "1E-1999999999999999997"),
            ("1e-1999999999999999998", nil), ("0e1000000000000000000", nil), ("1e9223372036854775807", nil),
            ("1e-9223372036854775808", nil), ("0.001e-9223372036854775808", nil), ("12.3e9223372036854775807", nil),
        ] as [(String, String?)])
    func decimals(text: String, decimal: String?) throws {
        let type = try FieldType("decimal.Decimal", namedTypes: [:])
        #expect((try? type.fit(.string(text)))?.pythonString == decimal)
    }

    @Test("the least whole number is a multiple of -1")
    func multiple() throws {
        for (divisor, isOne) in [(-1, true), (3, false)] {
            let constraints = Constraints([.init(.multipleOf, .int(divisor))])
            let record = RecordType(name: "R", fields: [.init(name: "x", type: .integer, constraints: constraints)])
            #expect(((try? FieldType.record(record).fit(.dict(["x": .int(.min)]))) != nil) == isOne)
        }
    }
}
