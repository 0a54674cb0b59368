import OrderedJSON
import Testing

@testable import DSPyClients

@Suite("Prices")
struct PriceTableTests {
    @Test("the known prices are sorted, have no name twice, and make sense")
    func known() {
        let names = KnownPrices.rows.map(\.name)
        #expect(names == names.sorted() && Set(names).count == names.count && names.count >= 60)
        for row in KnownPrices.rows {
            #expect(row.input > 0 && row.output >= row.input && (row.cached ?? 0) < row.input, "\(row.name)")
        }
    }

    @Test("tokens in, out and from the provider's cache have their prices")
    func cost() {
        let table = PriceTable()
        let usage: JSONObject = ["openai/gpt-4o": ["prompt_tokens": 1_000_000, "completion_tokens": 100_000]]
        #expect(table.cost(of: usage) == 3.5)
        let cached: JSONObject = [
            "openai/gpt-4o": ["prompt_tokens": 1_000_000, "prompt_tokens_details": ["cached_tokens": 400_000]]
        ]
        #expect(table.cost(of: cached) == 2)
        let responses: JSONObject = [
            "openai/gpt-4o-2024-08-06": ["input_tokens": 1_000_000, "output_tokens": 0], "scripted/echo": [:],
        ]
        #expect(table.cost(of: responses) == nil)
        #expect(table.cost(of: ["openai/gpt-4o-2024-08-06": ["input_tokens": 1_000_000]]) == 2.5)
        #expect(table.cost(of: ["openai/gpt-4o-2024-05-13": ["input_tokens": 1_000_000]]) == 5)
        #expect(table.cost(of: ["anthropic/claude-haiku-4-5-20251001": ["input_tokens": 1_000_000]]) == 1)
        #expect(table.cost(of: [:]) == 0)
    }

    @Test("one unknown price makes the sum unknown; models of this machine cost nothing")
    func unknown() {
        let counts: JSON = ["prompt_tokens": 1, "completion_tokens": 1]
        var table = PriceTable()
        #expect(table.cost(of: ["openai/gpt-4o": counts, "openai/mine": counts]) == nil)
        #expect(table.cost(of: ["local/smollm2-135m": counts]) == 0)
        table.set(ModelPrice(input: 1, output: 3), for: "openai/mine")
        #expect(table.cost(of: ["openai/mine": counts]) == 4e-6)
    }
}
