import OrderedJSON

/// Where a value does not follow a JSON schema, in the words of Python's `jsonschema`.
///
/// - Source: jsonschema 4, `validate`, as dspy/adapters/types/tool.py (3.4.1) calls it.
struct SchemaFault {
    /// `'5' is not of type 'integer'`.
    let message: String
    /// The keyword that failed.
    let keyword: String
    /// The schema it stands in.
    let schema: JSON
    /// The part of the value.
    let instance: Value
    /// Where the schema stands in the whole one.
    let schemaPath: [JSON]
    /// Where the part stands in the whole value.
    let path: [JSON]

    /// The faults of the choices, when none of several fits.
    var context: [SchemaFault] = []

    /// The fault that `jsonschema` reports of all there are.
    ///
    /// - Source: jsonschema/exceptions.py (4.26), `best_match`.
    static func first(in value: Value, against schema: JSON) -> SchemaFault? {
        var checker = SchemaChecker(root: schema)
        checker.check(value, schema, path: [], schemaPath: [])
        guard var best = checker.faults.first else { return nil }
        for fault in checker.faults.dropFirst() where best.weight < fault.weight { best = fault }
        // Among choices the one that came nearest to fitting tells most.
        while !best.context.isEmpty {
            let sorted = best.context.enumerated().sorted {
                $0.element.weight == $1.element.weight
                    ? $0.offset < $1.offset : $0.element.weight < $1.element.weight
            }
            if sorted.count > 1, sorted[0].element.weight == sorted[1].element.weight { return best }
            best = sorted[0].element
        }
        return best
    }

    /// How much a fault tells: one near the top more than one deep inside, one of a choice less.
    private var weight: Weight {
        Weight(path: path, isStrong: keyword != "anyOf" && keyword != "oneOf", isOtherType: !matchesType)
    }

    private var matchesType: Bool {
        guard let type = schema["type"] else { return false }
        let types = type.array?.compactMap(\.string) ?? type.string.map { [$0] } ?? []
        return types.contains { SchemaChecker.isOf(instance, $0) }
    }

    private struct Weight: Comparable {
        let path: [JSON]
        let isStrong: Bool
        let isOtherType: Bool

        static func < (left: Weight, right: Weight) -> Bool {
            if left.path.count != right.path.count { return left.path.count > right.path.count }
            for (a, b) in zip(left.path, right.path) where a != b {
                if let first = a.int, let second = b.int { return first < second }
                return (a.string ?? "").unicodeScalars.lexicographicallyPrecedes((b.string ?? "").unicodeScalars)
            }
            if left.isStrong != right.isStrong { return right.isStrong }
            return !left.isOtherType && right.isOtherType
        }
    }

    /// Python's `str(error)`.
    var report: String {
        func place(_ parts: [JSON]) -> String { parts.map { "[\(Value($0).pythonRepr)]" }.joined() }
        return """
            \(message)

            Failed validating '\(keyword)' in schema\(place(schemaPath)):
            \(Self.indented(Value(schema)))

            On instance\(place(path)):
            \(Self.indented(instance))
            """
    }

    private static func indented(_ value: Value) -> String {
        PythonText.pformat(value, width: 72).split(separator: "\n", omittingEmptySubsequences: false)
            .map { "    \($0)" }.joined(separator: "\n")
    }
}

/// Walks a value along its schema.
fileprivate struct SchemaChecker {
    let root: JSON
    var faults: [SchemaFault] = []
    private var depth = 0

    init(root: JSON) { self.root = root }

    mutating func check(_ value: Value, _ schema: JSON, path: [JSON], schemaPath: [JSON]) {
        guard depth < 200, faults.count < 100 else { return }
        depth += 1
        defer { depth -= 1 }
        if schema == false {
            fault("False schema does not allow \(value.pythonRepr)", "False", schema, value, path, schemaPath)
            return
        }
        for (keyword, rule) in schema.object ?? [:] {
            check(keyword, rule, value, schema, path, schemaPath)
        }
    }

    private mutating func fault(
        _ message: String, _ keyword: String, _ schema: JSON, _ value: Value, _ path: [JSON], _ schemaPath: [JSON]
    ) {
        faults.append(
            SchemaFault(
                message: message, keyword: keyword, schema: schema, instance: value, schemaPath: schemaPath, path: path)
        )
    }

    private func passes(_ value: Value, _ schema: JSON) -> Bool { inner(value, schema, schemaPath: []).isEmpty }

    private func inner(_ value: Value, _ schema: JSON, schemaPath: [JSON]) -> [SchemaFault] {
        var inner = SchemaChecker(root: root)
        inner.depth = depth
        inner.check(value, schema, path: [], schemaPath: schemaPath)
        return inner.faults
    }

    private mutating func check(
        _ keyword: String, _ rule: JSON, _ value: Value, _ schema: JSON, _ path: [JSON], _ schemaPath: [JSON]
    ) {
        func shown(_ json: JSON) -> String { Value(json).pythonRepr }
        let repr = { value.pythonRepr }
        func note(_ checker: inout SchemaChecker, _ message: String) {
            checker.fault(message, keyword, schema, value, path, schemaPath)
        }
        switch keyword {
        case "$ref":
            guard let target = target(of: rule.string ?? "") else { return }
            check(value, target, path: path, schemaPath: schemaPath + ["$ref"])
        case "type":
            let types = rule.array?.compactMap(\.string) ?? rule.string.map { [$0] } ?? []
            guard !types.contains(where: { Self.isOf(value, $0) }) else { return }
            let names = types.map { "'\($0)'" }.joined(separator: ", ")
            note(&self, "\(repr()) is not of type \(names)")
        case "enum":
            guard let allowed = rule.array, !allowed.contains(where: { Self.equal(value, Value($0)) }) else { return }
            note(&self, "\(repr()) is not one of \(shown(rule))")
        case "const":
            guard !Self.equal(value, Value(rule)) else { return }
            note(&self, "\(shown(rule)) was expected")
        case "anyOf", "oneOf":
            guard let choices = rule.array else { return }
            let matching = choices.filter { passes(value, $0) }
            if matching.isEmpty {
                note(&self, "\(repr()) is not valid under any of the given schemas")
                faults[faults.count - 1].context = choices.enumerated().flatMap { place, choice in
                    inner(value, choice, schemaPath: [.int(place)])
                }
            } else if keyword == "oneOf", let first = matching.first, matching.count > 1 {
                let names = (matching.dropFirst() + [first]).map(shown).joined(separator: ", ")
                note(&self, "\(repr()) is valid under each of \(names)")
            }
        case "allOf":
            for (place, inner) in (rule.array ?? []).enumerated() {
                check(value, inner, path: path, schemaPath: schemaPath + ["allOf", .int(place)])
            }
        case "not":
            if passes(value, rule) { note(&self, "\(repr()) should not be valid under \(shown(rule))") }
        default:
            switch value {
            case .string(let text): checkText(keyword, rule, text, note)
            case .int, .bigInt, .float: checkNumber(keyword, rule, value, note)
            case .list(let items), .tuple(let items): checkList(keyword, rule, items, schema, path, schemaPath, note)
            case .dict(let members): checkDict(keyword, rule, members, schema, path, schemaPath, note)
            default: break
            }
        }
    }

    private typealias Note = (inout SchemaChecker, String) -> Void

    private mutating func checkText(_ keyword: String, _ rule: JSON, _ text: String, _ note: Note) {
        let length = text.unicodeScalars.count
        let repr = PythonText.repr(text)
        switch keyword {
        case "minLength":
            if let least = rule.int, length < least {
                note(&self, least == 1 ? "\(repr) should be non-empty" : "\(repr) is too short")
            }
        case "maxLength":
            if let most = rule.int, length > most {
                note(&self, most == 0 ? "\(repr) is expected to be empty" : "\(repr) is too long")
            }
        case "pattern":
            guard let pattern = rule.string, let expression = PythonPattern(pattern) else { return }
            switch expression.search(text) {
            case .found: break
            case .notFound: note(&self, "\(repr) does not match \(PythonText.repr(pattern))")
            case .undecided:
                note(&self, "\(repr) cannot be held against \(PythonText.repr(pattern)): it takes too long")
            }
        default: break
        }
    }

    private mutating func checkNumber(_ keyword: String, _ rule: JSON, _ value: Value, _ note: Note) {
        guard let bound = rule.number, let number = value.numeric else { return }
        let (repr, limit) = (value.pythonRepr, Value(rule).pythonRepr)
        switch keyword {
        case "minimum": if number < bound { note(&self, "\(repr) is less than the minimum of \(limit)") }
        case "maximum": if number > bound { note(&self, "\(repr) is greater than the maximum of \(limit)") }
        case "exclusiveMinimum":
            if number <= bound { note(&self, "\(repr) is less than or equal to the minimum of \(limit)") }
        case "exclusiveMaximum":
            if number >= bound { note(&self, "\(repr) is greater than or equal to the maximum of \(limit)") }
        case "multipleOf":
            if bound != 0, (number / bound).rounded() * bound != number {
                note(&self, "\(repr) is not a multiple of \(limit)")
            }
        default: break
        }
    }

    private mutating func checkList(
        _ keyword: String, _ rule: JSON, _ items: [Value], _ schema: JSON, _ path: [JSON], _ schemaPath: [JSON],
        _ note: Note
    ) {
        let repr = { Value.list(items).pythonRepr }
        switch keyword {
        case "items":
            let start = schema["prefixItems"]?.array?.count ?? 0
            if rule == false, items.count > start {
                let extra = items.count - start
                let rest = extra == 1 ? items[start].pythonRepr : Value.list(Array(items[start...])).pythonRepr
                note(
                    &self,
                    "Expected at most \(start) \(start == 1 ? "item" : "items") but found \(extra) extra: \(rest)")
                return
            }
            for (place, item) in items.enumerated().dropFirst(start) {
                check(item, rule, path: path + [.int(place)], schemaPath: schemaPath + ["items"])
            }
        case "prefixItems":
            for (place, (item, inner)) in zip(items, rule.array ?? []).enumerated() {
                check(item, inner, path: path + [.int(place)], schemaPath: schemaPath + ["prefixItems", .int(place)])
            }
        case "minItems":
            if let least = rule.int, items.count < least {
                note(&self, least == 1 ? "\(repr()) should be non-empty" : "\(repr()) is too short")
            }
        case "maxItems":
            if let most = rule.int, items.count > most {
                note(&self, most == 0 ? "\(repr()) is expected to be empty" : "\(repr()) is too long")
            }
        case "uniqueItems":
            guard rule == true, items.count < 2000 else { return }
            let isUnique = items.indices.allSatisfy { place in
                !items[..<place].contains { Self.equal($0, items[place]) }
            }
            if !isUnique { note(&self, "\(repr()) has non-unique elements") }
        default: break
        }
    }

    private mutating func checkDict(
        _ keyword: String, _ rule: JSON, _ members: ValueDict, _ schema: JSON, _ path: [JSON], _ schemaPath: [JSON],
        _ note: Note
    ) {
        switch keyword {
        case "properties":
            for (name, inner) in rule.object ?? [:] {
                guard let value = members[name] else { continue }
                check(
                    value, inner, path: path + [.string(name)], schemaPath: schemaPath + ["properties", .string(name)])
            }
        case "required":
            for name in (rule.array ?? []).compactMap(\.string) where !members.contains(name) {
                note(&self, "\(PythonText.repr(name)) is a required property")
            }
        case "additionalProperties":
            let known = schema["properties"]?.object ?? [:]
            let extra = members.members.filter { known[$0.key.pythonString] == nil }
            if rule == false {
                guard !extra.isEmpty else { return }
                let names = extra.map { $0.key.pythonRepr }.sorted().joined(separator: ", ")
                note(
                    &self,
                    "Additional properties are not allowed (\(names) \(extra.count == 1 ? "was" : "were") unexpected)")
            } else {
                for (key, value) in extra {
                    check(
                        value, rule, path: path + [.string(key.pythonString)],
                        schemaPath: schemaPath + ["additionalProperties"])
                }
            }
        case "minProperties":
            if let least = rule.int, members.count < least {
                let words = least == 1 ? "should be non-empty" : "does not have enough properties"
                note(&self, "\(Value.dict(members).pythonRepr) \(words)")
            }
        case "maxProperties":
            if let most = rule.int, members.count > most {
                let words = most == 0 ? "is expected to be empty" : "has too many properties"
                note(&self, "\(Value.dict(members).pythonRepr) \(words)")
            }
        default: break
        }
    }

    /// Whether a value is of a JSON type: a bool is no number, `5.0` is an integer.
    fileprivate static func isOf(_ value: Value, _ type: String) -> Bool {
        switch (type, value) {
        case ("object", .dict), ("array", .list), ("string", .string), ("null", .null), ("boolean", .bool): true
        case ("object", .record): true
        case ("integer", .int), ("integer", .bigInt), ("number", .int), ("number", .bigInt), ("number", .float): true
        case ("integer", .float(let number)): number.rounded() == number
        // A word that is no type of JSON stops nobody.
        default: !["object", "array", "string", "null", "boolean", "integer", "number"].contains(type)
        }
    }

    /// JSON's equality: unlike Python's, a bool equals no number.
    private static func equal(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.bool(let a), .bool(let b)): a == b
        case (.bool, _), (_, .bool): false
        default: left.equalsInPython(right)
        }
    }

    private func target(of reference: String) -> JSON? {
        guard reference.hasPrefix("#") else { return nil }
        var place = root
        for part in reference.dropFirst().split(separator: "/") {
            let name = PythonString.replace(PythonString.replace(String(part), "~1", with: "/"), "~0", with: "~")
            guard
                let next = place[name]
                    ?? Int(name).flatMap({ index in place.array.flatMap { $0.indices.contains(index) ? $0[index] : nil }
                    })
            else { return nil }
            place = next
        }
        return place
    }
}
