/// What a mock model server has seen: the bill.
package struct MockLedger: Sendable {
    /// One request.
    package struct Entry: Sendable, Hashable {
        /// The question.
        package let question: String
        /// When it came, in seconds since the server started.
        package let time: Double
        /// Which request of this question it is, from 1.
        package let attempt: Int
        /// Whether it was refused for want of capacity or rate.
        package var isRefused = false
        /// What was done wrong, if anything.
        package var fault: MockFault?
        /// When its answer ended, in seconds since the server started; nil while it has not.
        package var end: Double?
        /// After how many chunks of the answer the client closed the connection; nil when it did not.
        package var abandonedAfter: Int?
    }

    /// The requests in the order in which they came.
    package internal(set) var entries: [Entry] = []
    /// The most requests that were answered at once.
    package private(set) var most = 0
    private var attempts: [String: Int] = [:]
    private(set) var busy = 0

    /// Notes a request; its place among the entries.
    mutating func open(_ question: String, at time: Double) -> Int {
        attempts[question, default: 0] += 1
        entries.append(Entry(question: question, time: time, attempt: attempts[question] ?? 1))
        return entries.count - 1
    }

    /// Notes that a request is being answered.
    mutating func begin() {
        busy += 1
        most = max(most, busy)
    }

    /// Notes that an answer has ended.
    mutating func end(_ place: Int, abandonedAfter chunks: Int?, at time: Double) {
        entries[place].end = time
        entries[place].abandonedAfter = chunks
        if !entries[place].isRefused { busy -= 1 }
    }
}
