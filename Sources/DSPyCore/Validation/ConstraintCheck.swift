/// Holds a value against the bounds of a record's field.
enum ConstraintCheck {
    static func check(_ value: Value, _ constraints: Constraints) throws(ValidationError) {
        guard !value.isNull else { return }
        for bound in constraints.bounds where !holds(value, bound) {
            throw ValidationError(
                "expected \(Constraints([bound]).description), found \(value.pythonRepr)")
        }
    }

    private static func holds(_ value: Value, _ bound: Constraints.Bound) -> Bool {
        switch bound.kind {
        case .minLength: return length(of: value).map { Double($0) >= (bound.value.numeric ?? 0) } ?? true
        case .maxLength: return length(of: value).map { Double($0) <= (bound.value.numeric ?? .infinity) } ?? true
        case .gt, .ge, .lt, .le, .multipleOf:
            guard let number = value.numeric ?? decimal(value), let limit = bound.value.numeric else { return true }
            switch bound.kind {
            case .gt: return number > limit
            case .ge: return number >= limit
            case .lt: return number < limit
            case .le: return number <= limit
            default:
                if case .int(let dividend) = value, case .int(let divisor) = bound.value, divisor != 0 {
                    return dividend.remainderReportingOverflow(dividingBy: divisor).partialValue == 0
                }
                let rest = number.truncatingRemainder(dividingBy: limit).magnitude
                return rest <= 1e-9 || (rest - limit.magnitude).magnitude <= 1e-9
            }
        }
    }

    private static func decimal(_ value: Value) -> Double? {
        if case .decimal(let digits) = value { Double(digits) } else { nil }
    }

    private static func length(of value: Value) -> Int? {
        switch value {
        case .string(let text): text.unicodeScalars.count
        case .bytes(let bytes): bytes.count
        case .list(let items), .tuple(let items), .set(let items), .frozenSet(let items): items.count
        case .dict(let members): members.count
        default: nil
        }
    }
}
