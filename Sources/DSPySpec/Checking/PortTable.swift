import OrderedJSON

/// Ports by name, each name once, in the order in which they were first set; names are compared byte by byte, as at run time.
struct PortTable {
    private struct Name: Hashable {
        let text: String
        static func == (left: Name, right: Name) -> Bool { left.text.hasSameBytes(as: right.text) }
        func hash(into hasher: inout Hasher) {
            for byte in text.utf8 { hasher.combine(byte) }
        }
    }

    /// The ports in order.
    private(set) var ports: [Port] = []
    private var places: [Name: Int] = [:]

    init(_ ports: [Port] = []) { for port in ports { set(port) } }

    /// The names in order.
    var names: [String] { ports.map(\.name) }

    /// The port of a name.
    subscript(name: String) -> Port? { places[Name(text: name)].map { ports[$0] } }

    /// Sets a port in place of the one of its name, or behind all.
    mutating func set(_ port: Port) {
        let name = Name(text: port.name)
        if let place = places[name] {
            ports[place] = port
        } else {
            places[name] = ports.count
            ports.append(port)
        }
    }
}
