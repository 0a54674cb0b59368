/// What a value of a program file stands for: the keys of a node have a meaning, those of data are anybody's.
enum NodeRole {
    case node, nodes, data

    /// What a member's value stands for.
    func member(_ key: String) -> NodeRole {
        switch self {
        case .data: return .data
        case .nodes: return .node
        case .node:
            switch key {
            case "steps", "parallel", "cases": return .nodes
            case "then", "else", "do", "of", "loop", "fallback": return .node
            default: return .data
            }
        }
    }

    /// What an item of an array stands for.
    var item: NodeRole { self == .nodes ? .node : .data }
}
