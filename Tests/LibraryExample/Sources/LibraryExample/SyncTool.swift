import DSPy

/// The same kind of tool, called from sync code: refused, unless the conversion is allowed.
func syncTool() throws {
    let twice = Tool("twice", "Doubles a number.", ["x": .integer]) { values in
        try await Task.sleep(for: .milliseconds(100))
        return .int(2 * (values["x"]?.int ?? 0))
    }
    do {
        print(try twice(["x": 5]))
    } catch let error as ToolError {
        print(error)
    }
    var settings = Settings()
    settings.allowToolAsyncSyncConversion = true
    print(try twice(["x": 5], in: RunContext(settings: settings)))
}
