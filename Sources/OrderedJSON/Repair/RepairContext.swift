/// What kind of text is being read, outermost first.
struct RepairContext {
    enum Place {
        case key, value, array
    }

    private var places: [Place] = []
    private var keys = 0
    private var values = 0
    private var arrays = 0

    var current: Place? { places.last }
    var isEmpty: Bool { places.isEmpty }
    var isInKey: Bool { keys > 0 }
    var isInValue: Bool { values > 0 }
    var isInArray: Bool { arrays > 0 }

    mutating func enter(_ place: Place) {
        places.append(place)
        count(place, 1)
    }

    mutating func leave() {
        if let place = places.popLast() { count(place, -1) }
    }

    mutating func leaveAll() { self = RepairContext() }

    private mutating func count(_ place: Place, _ step: Int) {
        switch place {
        case .key: keys += step
        case .value: values += step
        case .array: arrays += step
        }
    }
}
