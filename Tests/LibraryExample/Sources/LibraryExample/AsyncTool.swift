import DSPy

/// A tool that waits, called from async code.
func asyncTool() async throws {
    let foo = Tool("foo", "Says what it gets.", ["x": .integer]) { values in
        try await Task.sleep(for: .milliseconds(100))
        return .string("I get: \(values["x"]?.int ?? 0)")
    }
    let result = try await foo.acall(["x": 2])
    print(result)
}
