import DSPyBatch
import OrderedJSON

/// The names of the fields that rows bring along, in the order in which they first come.
struct FieldNames {
    private(set) var names: [String] = []
    private var seen: Set<String> = []

    /// Takes a row.
    mutating func add(_ row: BatchRow) {
        guard case .success(let fields) = row.content else { return }
        for name in fields.keys where seen.insert(name).inserted { names.append(name) }
    }
}
