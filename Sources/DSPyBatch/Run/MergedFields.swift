package import OrderedJSON

/// A row's own fields with a program's outputs behind them; where both have a name, the row's own is called `NAME_input`.
package enum MergedFields {
    /// The two as one object.
    package static func merged(_ own: JSONObject, _ outputs: JSONObject) -> JSONObject {
        var merged = renamed(own) { outputs.contains($0) }
        for (name, value) in outputs { merged[name] = value }
        return merged
    }

    /// Fields whose names are not those of outputs.
    package static func renamed(_ own: JSONObject, isOutput: (String) -> Bool) -> JSONObject {
        guard own.keys.contains(where: isOutput) else { return own }
        var renamed: [JSONObject.Member] = []
        for (name, value) in own {
            renamed.append(
                (
                    isOutput(name)
                        ? free(name + "_input") { isOutput($0) || own.contains($0) } : name, value
                ))
        }
        return JSONObject(renamed)
    }

    /// The name, with a number behind it if it is taken.
    package static func free(_ name: String, isTaken: (String) -> Bool) -> String {
        guard isTaken(name) else { return name }
        return (2...).lazy.map { "\(name)_\($0)" }.first { !isTaken($0) } ?? name
    }
}
