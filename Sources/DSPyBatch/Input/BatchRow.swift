package import OrderedJSON

/// One row of a batch: where it stood, how it is called, what it gives.
package struct BatchRow: Sendable {
    /// Its place among the rows, from 0; blank lines do not count.
    package var index: Int
    /// The line it starts on, from 1.
    package var line: Int
    /// Its name: the value of the id field, else its number.
    package var id: String
    /// Whether the name stands in the row, and is not only its number.
    package var hasOwnID: Bool
    /// Whether another row may have the same name, as rows bring theirs along.
    package var mayRepeat = true
    /// Its fields, or why there are none.
    package var content: RowOutcome
    /// A hash of id and fields, by which a resumed run knows the row again wherever it stands.
    package var key: UInt64
}

/// Fields, or why there are none.
///
/// An error is large and rare: apart, it leaves rows and records small.
package enum RowOutcome: Sendable, Hashable {
    /// Fields.
    case success(JSONObject)
    /// Why there are none.
    indirect case failure(RowError)
}
