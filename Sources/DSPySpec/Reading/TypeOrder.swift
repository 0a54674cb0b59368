import DSPyCore
import OrderedJSON

/// The order in which declared types can be read: each after those it names.
struct TypeOrder {
    /// Places of the types that can be read, in order.
    private(set) var sorted: [Int] = []
    /// How deep each type holds others, by place; 1 for one that holds none.
    private(set) var depths: [Int]
    /// Places of the types that are part of a circle.
    private(set) var circular: [Int] = []

    init(_ members: [PositionedMember]) {
        let places = Dictionary(members.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { $1 })
        let needs = members.map { Set(Self.annotations(of: $0.value).flatMap(Self.names).compactMap { places[$0] }) }
        var users: [[Int]] = members.map { _ in [] }
        for (place, needed) in needs.enumerated() { for other in needed { users[other].append(place) } }
        var waiting = needs.map(\.count)
        depths = members.map { _ in 1 }
        func read(_ ready: [Int]) {
            var ready = ready
            var next = 0
            while next < ready.count {
                let place = ready[next]
                sorted.append(place)
                next += 1
                for user in users[place] {
                    waiting[user] -= 1
                    depths[user] = max(depths[user], depths[place] + 1)
                    if waiting[user] == 0 { ready.append(user) }
                }
            }
        }
        read(waiting.indices.filter { waiting[$0] == 0 })
        let stuck = Set(waiting.indices.filter { waiting[$0] > 0 })
        circular = stuck.filter { Self.reaches($0, from: needs[$0], needs, within: stuck) }.sorted()
        // What merely uses a circle is read as if the circle were known.
        var freed: [Int] = []
        let known = Set(circular)
        for place in circular {
            for user in users[place] where !known.contains(user) {
                waiting[user] -= 1
                if waiting[user] == 0 { freed.append(user) }
            }
        }
        read(freed)
    }

    private static func reaches(_ goal: Int, from start: Set<Int>, _ needs: [Set<Int>], within: Set<Int>) -> Bool {
        var seen = start.intersection(within)
        var open = Array(seen)
        while let place = open.popLast() {
            if place == goal { return true }
            for next in needs[place] where within.contains(next) && seen.insert(next).inserted { open.append(next) }
        }
        return false
    }

    /// The annotations of a declaration.
    private static func annotations(of value: PositionedJSON) -> [String] {
        guard let object = value.object else { return [] }
        switch TypeForm(object) {
        case .enumeration, .schema, .unknown: return []
        case .record: return (object["fields"]?.value.array ?? []).compactMap { $0["type"]?.string }
        case .fields: return object.members.compactMap { $0.value.string ?? $0.value["type"]?.string }
        }
    }

    /// The words of an annotation that may name types: all but the values inside `Literal[…]`.
    private static func names(_ annotation: String) -> [String] {
        var names: [String] = []
        var word = String.UnicodeScalarView()
        var depthOfLiteral = 0
        var quote: Unicode.Scalar?
        for scalar in annotation.unicodeScalars {
            if depthOfLiteral > 0 {
                if let open = quote {
                    if scalar == open { quote = nil }
                } else if scalar == "'" || scalar == "\"" {
                    quote = scalar
                } else if scalar == "[" {
                    depthOfLiteral += 1
                } else if scalar == "]" {
                    depthOfLiteral -= 1
                }
                continue
            }
            if PythonString.isIdentifierPart(scalar) {
                word.append(scalar)
                continue
            }
            if scalar == "[", String(word) == "Literal" { depthOfLiteral = 1 }
            if !word.isEmpty { names.append(String(word)) }
            word = String.UnicodeScalarView()
        }
        if !word.isEmpty { names.append(String(word)) }
        return names
    }
}
