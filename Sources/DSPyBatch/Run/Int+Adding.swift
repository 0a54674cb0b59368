import Basics
import DSPyCore

extension Int {
    /// Adds a count of somebody else's: less than nothing is nothing, and a sum that has no room stays at the largest number.
    mutating func add(_ count: Int) { self = adding(saturating: Swift.max(0, count)) }
}
