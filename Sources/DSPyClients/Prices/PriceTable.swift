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
        if let price = prices[model] ?? prices[Self.undated(model)] { return price }
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

    /// The name without `-2024-08-06` or `-20251001` at its end.
    private static func undated(_ model: String) -> String {
        var parts = model.split(separator: "-", omittingEmptySubsequences: false)
        func isNumber(_ text: Substring, _ length: Int) -> Bool {
            text.utf8.count == length && text.utf8.allSatisfy { (48...57).contains($0) }
        }
        if let last = parts.last, isNumber(last, 8) {
            parts.removeLast()
        } else if parts.count > 3, zip(parts.suffix(3), [4, 2, 2]).allSatisfy({ isNumber($0, $1) }) {
            parts.removeLast(3)
        }
        return parts.joined(separator: "-")
    }
}
