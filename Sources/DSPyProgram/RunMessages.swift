/// Where what is said on the way goes; nowhere unless somebody says so.
package struct RunMessages: Sendable {
    /// Takes warnings.
    package var warn: @Sendable (String) -> Void = { _ in }
    /// Takes a line for each step of what takes long, such as setting up the local model.
    package var progress: @Sendable (String) -> Void = { _ in }
    /// Takes the address of each request, without secrets, before it is sent; nil when nobody asks.
    package var call: (@Sendable (String) -> Void)?
    /// Asks whoever runs the program a yes or no; nil when nobody answers.
    package var ask: @Sendable (String) -> Bool? = { _ in nil }

    /// Messages that go nowhere.
    package init() {}
}
