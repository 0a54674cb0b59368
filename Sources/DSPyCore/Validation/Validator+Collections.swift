/// Lists, sets, tuples and dicts.
extension Validator {
    mutating func items(
        _ items: [Value], _ element: FieldType?
    ) throws(ValidationError) -> [Value] {
        guard let element else { return items }
        var fitted: [Value] = []
        fitted.reserveCapacity(items.count)
        for (place, item) in items.enumerated() {
            do throws(ValidationError) { fitted.append(try fit(item, element)) } catch {
                throw error.inside("\(place)")
            }
        }
        return fitted
    }

    mutating func list(
        _ value: Value, _ name: String, _ element: FieldType?
    ) throws(ValidationError) -> Value {
        switch value {
        case .list(let items): return .list(try self.items(items, element))
        case .tuple(let items), .set(let items), .frozenSet(let items):
            lower(to: .lax)
            return .list(try self.items(items, element))
        default: throw expected("a \(name)", value)
        }
    }

    mutating func set(
        _ value: Value, _ isFrozen: Bool, _ element: FieldType?
    ) throws(ValidationError) -> Value {
        let given: [Value]
        switch value {
        case .set(let items):
            given = items
            if isFrozen { lower(to: .lax) }
        case .frozenSet(let items):
            given = items
            if !isFrozen { lower(to: .lax) }
        case .list(let items), .tuple(let items):
            given = items
            lower(to: .lax)
        default: throw expected(isFrozen ? "a frozenset" : "a set", value)
        }
        var distinct: [Value] = []
        for item in try items(given, element) {
            switch item {
            case .list, .dict, .set: throw expected("hashable items", item)
            default: break
            }
            if !distinct.contains(where: { $0.equalsInPython(item) }) { distinct.append(item) }
        }
        return isFrozen ? .frozenSet(distinct) : .set(distinct)
    }

    mutating func tuple(_ value: Value, _ shape: FieldType.TupleShape) throws(ValidationError) -> Value {
        let given: [Value]
        switch value {
        case .tuple(let items): given = items
        case .list(let items), .set(let items), .frozenSet(let items):
            given = items
            lower(to: .lax)
        default: throw expected("a tuple", value)
        }
        switch shape {
        case .any: return .tuple(given)
        case .variadic(let type): return .tuple(try items(given, type))
        case .fixed(let types):
            guard given.count == types.count else {
                throw ValidationError("expected \(types.count) items, found \(given.count)")
            }
            var fitted: [Value] = []
            for (place, (item, type)) in zip(given, types).enumerated() {
                do throws(ValidationError) { fitted.append(try fit(item, type)) } catch {
                    throw error.inside("\(place)")
                }
            }
            return .tuple(fitted)
        }
    }

    mutating func dict(_ value: Value, _ shape: FieldType.DictShape?) throws(ValidationError) -> Value {
        guard case .dict(let given) = value else { throw expected("a dict", value) }
        guard let shape else {
            if !given.isEmpty { lower(to: .strict) }
            return value
        }
        var fitted = ValueDict()
        for (key, item) in given {
            do throws(ValidationError) {
                fitted[try fit(key, shape.key)] = try fit(item, shape.value)
            } catch { throw error.inside(key.pythonString) }
        }
        return .dict(fitted)
    }
}
