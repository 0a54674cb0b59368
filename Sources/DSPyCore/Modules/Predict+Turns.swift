extension Predict {
    /// The inputs with the images, files and records of earlier turns as such, where `readsTurns`: a history that was JSON on
    /// its way has plain objects and texts for them.
    @inline(never)
    package func readingTurns(_ inputs: ValueDict) -> ValueDict {
        guard readsTurns, let name = signature.inputs.first(where: { $0.type == .custom(.history) })?.name,
            let given = inputs[name], case .custom(.history(let turns))? = try? FieldType.custom(.history).fit(given)
        else { return inputs }
        let fields = signature.fields.filter(\.type.hasObjects)
        guard !fields.isEmpty else { return inputs }
        var read = inputs
        read[name] = .custom(
            .history(
                turns.map { turn in
                    var turn = turn
                    for field in fields {
                        guard let value = turn[field.name], !value.isNull, let fitted = try? field.type.fit(value)
                        else {
                            continue
                        }
                        turn[field.name] = fitted
                    }
                    return turn
                }))
        return read
    }
}
