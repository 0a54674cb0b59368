import OrderedJSON

extension JSON {
    /// Whether no number in it is too large for a float: such a one is read, and cannot be written as JSON again.
    var isFinite: Bool {
        switch self {
        case .double(let number): number.isFinite
        case .array(let items): items.allSatisfy(\.isFinite)
        case .object(let object): object.members.allSatisfy { $0.value.isFinite }
        default: true
        }
    }
}
