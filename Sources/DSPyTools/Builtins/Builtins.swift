package import Platform
package import DSPyCore

/// Tools that come with the program; each brings its own arguments, and a purpose unless it is given one.
package enum Builtins {
    /// The names that a program file may write.
    package static let names = ["calculator", "date", "now", "python_interpreter", "read_file"]

    /// `calculator(expression: str)`: arithmetic as Python writes it; the result as Python prints it.
    ///
    /// A call throws `ToolError` with Python's classes: `SyntaxError`, `NameError`, `ZeroDivisionError`, `OverflowError`,
    /// `ValueError`, `TypeError`.
    package static func calculator(name: String = "calculator", purpose: String? = nil) -> Tool {
        let own = "Computes an arithmetic expression, such as `2 * (3 + 4) ** 2` or `sqrt(2)`."
        return Tool(
            name: name, purpose: purpose ?? own, arguments: [Tool.Argument("expression", .string)],
            body: .async { values, _ in
                .string(try Calculator.evaluate(values["expression"]?.string ?? "").text)
            })
    }

    /// `now(timezone: str = 'UTC')`: date and time in ISO format, to the second.
    ///
    /// - Parameter seconds: The time, in seconds since 1970.
    package static func now(
        name: String = "now", purpose: String? = nil, clock: @escaping @Sendable () -> Int = { SystemClock.seconds }
    ) -> Tool {
        let own = "Gives the current date and time. The timezone is UTC, or an offset such as +02:00."
        return Tool(
            name: name, purpose: purpose ?? own,
            arguments: [Tool.Argument("timezone", .string, defaultValue: "UTC")],
            body: .async { values, _ in
                let offset = try LocalTime.offset(values["timezone"]?.string ?? "UTC")
                let moment = try LocalTime.moment(clock(), offset: offset)
                return .string("\(moment.date.isoFormat)T\(moment.time.isoFormat(utcAsZ: false))")
            })
    }

    /// `date(timezone: str = 'UTC')`: today's date in ISO format.
    package static func date(
        name: String = "date", purpose: String? = nil, clock: @escaping @Sendable () -> Int = { SystemClock.seconds }
    ) -> Tool {
        let own = "Gives today's date. The timezone is UTC, or an offset such as +02:00."
        return Tool(
            name: name, purpose: purpose ?? own,
            arguments: [Tool.Argument("timezone", .string, defaultValue: "UTC")],
            body: .async { values, _ in
                let offset = try LocalTime.offset(values["timezone"]?.string ?? "UTC")
                return .string(try LocalTime.moment(clock(), offset: offset).date.isoFormat)
            })
    }

    /// `read_file(path: str)`: the text of a file below a folder that is granted.
    ///
    /// - Parameters:
    ///   - folder: Where relative paths start, and what no path may leave; an absolute path.
    ///   - sizeLimit: How many bytes a file may have.
    package static func readFile(
        name: String = "read_file", purpose: String? = nil, folder: String, grants: Grants, sizeLimit: Int = 1 << 20
    ) -> Tool {
        let reader = FileReader(folder: folder, grants: grants, sizeLimit: sizeLimit)
        return Tool(
            name: name, purpose: purpose ?? "Reads a text file.", arguments: [Tool.Argument("path", .string)],
            body: .sync { values in .string(try reader.read(values["path"]?.string ?? "", for: name)) })
    }

    /// What `read_file` needs for a folder.
    package static func readFileCapability(folder: String) -> Capability {
        .read(SystemPath.resolved(folder) ?? folder)
    }

    /// `python_interpreter(code: str)`: runs Python code; each call starts afresh.
    package static func pythonInterpreter(
        name: String = "python_interpreter", purpose: String? = nil, options: PythonInterpreter.Options = .init(),
        grants: Grants, supervisor: ProcessSupervisor = .shared
    ) -> Tool {
        let own = "Runs Python code and gives what it prints, or the value of its last expression."
        return Tool(
            name: name, purpose: purpose ?? own, arguments: [Tool.Argument("code", .string)],
            body: .async { values, _ in
                try grants.require(.python, for: name)
                let interpreter = PythonInterpreter(options: options, supervisor: supervisor)
                do {
                    let outcome = try await interpreter.execute(values["code"]?.string ?? "", variables: [:])
                    await interpreter.shutdown()
                    switch outcome {
                    case .output(let value), .submitted(let value): return value
                    }
                } catch {
                    await interpreter.shutdown()
                    guard let failure = error as? CodeExecutionError else { throw error }
                    throw ToolError("RuntimeError", failure.message)
                }
            })
    }
}
