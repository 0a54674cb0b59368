import Basics
extension SeededGenerator {
    /// The text cut into random chunks between scalars: single ones, small ones, or some of any size.
    package mutating func chunks(of text: String) -> [String] {
        let most = [1, 1, 2, 3, 5, 12, 40, 400].randomElement(using: &self) ?? 1
        var chunks: [String] = []
        var rest = Substring(text).unicodeScalars
        while !rest.isEmpty {
            let count = most == 1 ? 1 : Int.random(in: 1...most, using: &self)
            chunks.append(String(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return chunks
    }
}
