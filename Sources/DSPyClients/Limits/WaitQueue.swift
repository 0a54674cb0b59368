/// Elements in the order they came, each with a number; numbers only grow.
struct WaitQueue<Element> {
    private var items: [(id: Int, element: Element?)] = []
    private var head = 0
    /// How many wait.
    private(set) var count = 0

    /// The first, which stays.
    var first: Element? {
        mutating get {
            while head < items.count, items[head].element == nil { head += 1 }
            return head < items.count ? items[head].element : nil
        }
    }

    /// Takes the first out.
    mutating func popFirst() -> Element? {
        guard let first else { return nil }
        head += 1
        count -= 1
        if head > 256, head * 2 > items.count {
            items.removeFirst(head)
            head = 0
        }
        return first
    }

    /// Puts one at the end.
    mutating func append(_ element: Element, id: Int) {
        items.append((id, element))
        count += 1
    }

    /// Takes out the one with this number, if it still waits.
    mutating func remove(_ id: Int) -> Element? {
        var (low, high) = (head, items.count)
        while low < high {
            let middle = (low + high) / 2
            if items[middle].id < id { low = middle + 1 } else { high = middle }
        }
        guard low < items.count, items[low].id == id, let element = items[low].element else { return nil }
        items[low].element = nil
        count -= 1
        return element
    }
}
