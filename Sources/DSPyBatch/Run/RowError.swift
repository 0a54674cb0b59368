package import DSPyCore
package import OrderedJSON

/// Why a row has no prediction.
package struct RowError: Error, Sendable, Hashable {
    /// What rows, events and tables tell of it.
    package var report: ErrorReport
    /// The byte column of a malformed line, from 1.
    package var column: Int?
    /// Whether the provider asked for a longer wait than is allowed, so that going on is no use; not part of the row.
    package var isBeyondWait = false
    /// Whether it is about the key, the credit, the model, its options or the way to its server, and so holds for every row; not part of the row.
    package var holdsForAll = false

    /// An error of the row itself.
    package init(_ code: ErrorCode, _ message: String, column: Int? = nil) {
        report = ErrorReport(code, message)
        self.column = column
    }

    /// What a failed run of a program means for its row.
    package init(_ error: any Error) {
        if let error = error as? RowError {
            self = error
        } else {
            report = ErrorReport(error)
            holdsForAll = (error as? LMError).map { Self.holdsForAll($0) } ?? false
        }
    }

    // An address or a model that is not there is a 404, whatever the provider calls it. A 403 may be about one prompt: gateways
    // refuse so what they flag.
    private static func holdsForAll(_ error: LMError) -> Bool {
        switch error.code {
        case .transport: error.isFinal
        case .auth: error.status != 403
        case .billing, .unsupported, .notConfigured, .configuration: true
        default: error.status == 404
        }
    }

    /// The error as rows carry it.
    package var json: JSON {
        var object = report.members
        object["http"] = report.status.map { .int($0) }
        object["column"] = column.map { .int($0) }
        object["completion"] = report.completion.map { .string($0) }
        return .object(object)
    }

    /// The error that a row of an output carries, as far as tables need it.
    ///
    /// A name that this version does not know stays in the message.
    init(_ json: JSON?) {
        let (name, message) = (json?["code"]?.string ?? "", json?["message"]?.string ?? "")
        if let code = ErrorCode(rawValue: name) {
            self.init(code, message)
        } else {
            self.init(.invalidRequest, "\(name): \(message)")
        }
    }
}
