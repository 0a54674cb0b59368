/// How long and how much a server waits for and takes.
package struct ServerLimits: Sendable, Hashable {
    /// How long a head may take since its first byte, the first one since the connection.
    package var head: Duration = .seconds(10)
    /// How long a body may take.
    package var body: Duration = .seconds(30)
    /// How long a connection may be without a request, and a client without taking a byte of its answer.
    package var idle: Duration = .seconds(75)
    /// From the whole request to the end of its answer.
    package var request: Duration = .seconds(300)
    /// How long a run that is told to end has for saying so.
    package var lastWords: Duration = .seconds(2)
    /// How long a stream may be silent before it says so.
    package var ping: Duration = .seconds(15)
    /// How many connections there may be; more are closed.
    package var connections = 4096

    package init() {}
}
