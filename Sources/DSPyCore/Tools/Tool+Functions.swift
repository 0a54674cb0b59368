/// Tools of plain functions.
///
/// ```swift
/// let twice = Tool("twice", "Doubles a number.", ["x": .integer]) { values in
///     .int(2 * (values["x"]?.int ?? 0))
/// }
/// ```
///
/// A model sees the name, the purpose and the arguments; the function gets the bound values, of the types that are declared.
/// For arguments with defaults or descriptions there is ``Tool/init(name:purpose:arguments:extraArguments:body:)``.
extension Tool {
    /// A tool of a function that does not wait; `acall` runs it on a thread of its own, so it may block.
    ///
    /// - Parameters:
    ///   - name: The name by which it is called.
    ///   - purpose: What it does, as a model is told.
    ///   - arguments: Its arguments in order, all of which must be given.
    ///   - function: What a call does.
    public init(
        _ name: String, _ purpose: String? = nil, _ arguments: KeyValuePairs<String, FieldType> = [:],
        _ function: @escaping @Sendable (ValueDict) throws -> Value
    ) {
        self.init(name: name, purpose: purpose, arguments: Self.arguments(arguments), body: .sync(function))
    }

    /// A tool of a function that waits without blocking.
    ///
    /// A sync call of it needs `allow_tool_async_sync_conversion`.
    ///
    /// - Parameters:
    ///   - name: The name by which it is called.
    ///   - purpose: What it does, as a model is told.
    ///   - arguments: Its arguments in order, all of which must be given.
    ///   - function: What a call does.
    public init(
        _ name: String, _ purpose: String? = nil, _ arguments: KeyValuePairs<String, FieldType> = [:],
        _ function: @escaping @Sendable (ValueDict) async throws -> Value
    ) {
        self.init(
            name: name, purpose: purpose, arguments: Self.arguments(arguments),
            body: .async { values, _ in try await function(values) })
    }

    private static func arguments(_ types: KeyValuePairs<String, FieldType>) -> [Argument] {
        types.map { Argument($0.key, $0.value) }
    }
}
