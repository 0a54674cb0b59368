package import OrderedJSON

/// What models cost, by name; a user's own prices come before the known ones.
package struct PriceTable: Sendable {
    private var prices: [String: ModelPrice]

    /// The known prices.
    package init() {
        prices = Dictionary(
            KnownPrices.rows.map { ($0.name, ModelPrice(input: $0.input, output: $0.output, cached: $0.cached)) },
            uniquingKeysWith: { $1 })
    }

    /// Sets a model's price.
    package mutating func set(_ price: ModelPrice, for model: String) { prices[model] = price }

    /// What a model costs; nil when that is not known.
    ///
    /// A dated name, such as `openai/gpt-4o-2024-08-06`, costs what the name without its date does. Models that run on
    /// this machine cost nothing.
    package func price(of model: String) -> ModelPrice? {
        if let price = prices[model] ?? Self.undated(model).flatMap({ prices[$0] }) { return price }
        let isFree = Self.free.contains { model.hasPrefix($0) }
        return isFree ? ModelPrice(input: 0, output: 0) : nil
    }

    /// What token counts by model cost in dollars; nil when one of the prices is not known.
    package func cost(of usage: JSONObject) -> Double? {
        var sum = 0.0
        for (model, counts) in usage {
            guard let counts = counts.object, let cost = price(of: model)?.cost(of: counts) else { return nil }
            sum += cost
        }
        return sum
    }

    private static let free = ["scripted/", "local/", "ollama/", "ollama_chat/", "lm_studio/"]

    /// The name without `-2024-08-06` or `-20251001` at its end; nil when it has none.
    private static func undated(_ model: String) -> String? {
        func ends(with date: StaticString) -> Bool {
            // A 0 stands for any digit.
            let end = model.utf8.suffix(date.utf8CodeUnitCount)
            return end.count == date.utf8CodeUnitCount
                && date.withUTF8Buffer { date in
                    end.elementsEqual(date) { $1 == UInt8(ascii: "0") ? (48...57).contains($0) : $0 == $1 }
                }
        }
        // Most names end in no digit.
        guard let last = model.utf8.last, (48...57).contains(last) else { return nil }
        if ends(with: "-00000000") { return String(model.dropLast(9)) }
        return ends(with: "-0000-00-00") ? String(model.dropLast(11)) : nil
    }
}
