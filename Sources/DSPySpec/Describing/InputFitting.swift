package import DSPyCore
package import OrderedJSON

/// Turns what a user or a file gives for an input into a value of the declared type.
package enum InputFitting {
    /// A text: kept where the type takes it as it is, else read as JSON, else as what a text can mean.
    package static func value(text: String, _ port: Port) throws(ValidationError) -> Value {
        guard case .field(let type?) = port.shape, type != .string, type != .any else { return .string(text) }
        if let fitted = try? type.fit(.string(text)), fitted == .string(text) { return fitted }
        if let json = try? JSON(parsing: text), let fitted = try? type.fit(Value(json)) { return fitted }
        return try type.fit(.string(text))
    }

    /// A JSON value.
    package static func value(_ json: JSON, _ port: Port) throws(ValidationError) -> Value {
        let value = Value(json)
        guard case .field(let type?) = port.shape else { return value }
        // DSPy shows a list of texts in a field of type str as numbered blocks.
        if type == .string, case .list(let items) = value, items.allSatisfy({ $0.string != nil }) { return value }
        return try type.fit(value)
    }
}
