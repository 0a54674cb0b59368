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

/// Why a row has no prediction.
package struct RowError: Error, Sendable, Hashable {
    /// The stable code, from the table that rows and events share.
    package var code: String
    /// What was found, what was expected, what to do; one line.
    package var message: String
    /// DSPy's class, if it has one.
    package var dspyClass: String?
    /// The HTTP status, if one was involved.
    package var status: Int?
    /// The byte column of a malformed line, from 1.
    package var column: Int?
    /// The model's whole answer, when it could not be read.
    package var completion: String?
    /// Whether the provider asked for a longer wait than is allowed, so that going on is no use; not part of the row.
    package var isBeyondWait = false
    /// Whether it is about the key, the credit, the model or its options, and so holds for every row; not part of the row.
    package var holdsForAll = false

    /// An error.
    package init(
        _ code: String, _ message: String, dspyClass: String? = nil, status: Int? = nil, column: Int? = nil,
        completion: String? = nil
    ) {
        self.code = code
        self.message = message
        self.dspyClass = dspyClass
        self.status = status
        self.column = column
        self.completion = completion
    }

    /// The error as rows carry it.
    package var json: JSON {
        var object: JSONObject = ["code": .string(code)]
        object["class"] = dspyClass.map { .string($0) }
        object["message"] = .string(message)
        object["http"] = status.map { .int($0) }
        object["column"] = column.map { .int($0) }
        object["completion"] = completion.map { .string($0) }
        return .object(object)
    }
}
