/// The test of Kolmogorov and Smirnov: whether numbers may come from all of 0...1 alike.
package enum UniformTest {
    /// The largest distance between what was found and what was expected, by the size of the sample.
    ///
    /// Numbers that are uniform exceed 1.63 in one case of a hundred, 1.95 in one of a thousand.
    package static func statistic(_ numbers: [Double]) -> Double {
        let (sorted, count) = (numbers.sorted(), Double(numbers.count))
        let distance = sorted.enumerated().map { place, number in
            max(Double(place + 1) / count - number, number - Double(place) / count)
        }.max()
        return (distance ?? 0) * count.squareRoot()
    }
}
