import DSPy

extension RowError {
    /// What a failed run of a program means for its row.
    package init(_ error: any Error) {
        switch error {
        case let error as RowError: self = error
        case let error as LMError:
            self.init(
                Self.code(error.code), "\(error)", dspyClass: error.dspyClass, status: error.status)
            holdsForAll = Self.holdsForAll(error)
        case let error as AdapterParseError:
            self.init("parse_failed", "\(error)", dspyClass: "AdapterParseError", completion: error.reply)
        case let error as AdapterFormatError: self.init("type_mismatch", error.message, dspyClass: error.kind)
        case let error as ToolError: self.init(error.reason.rawValue, "\(error)", dspyClass: error.kind)
        case is CancellationError: self.init("cancelled", "the row was cancelled")
        default: self.init("invalid_request", "\(error)")
        }
    }

    // An address or a model that is not there is a 404, whatever the provider calls it. A 403 may be about one prompt: gateways
    // refuse so what they flag.
    private static func holdsForAll(_ error: LMError) -> Bool {
        switch error.code {
        case .auth: error.status != 403
        case .billing, .unsupported, .notConfigured, .configuration: true
        default: error.status == 404
        }
    }

    private static func code(_ code: LMError.Code) -> String {
        switch code {
        case .notConfigured, .configuration, .unanswered: "invalid_request"
        default: code.rawValue
        }
    }
}
