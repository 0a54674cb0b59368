import Basics
public import OrderedJSON

/// Something that a program, or a model inside it, may call by name: `dspy.Tool`.
///
/// - Source: dspy/adapters/types/tool.py (3.4.1), `Tool`.
public struct Tool: Sendable {
    /// One argument.
    public struct Argument: Sendable {
        /// Its name, a Python identifier.
        public var name: String
        /// Its type; nil takes any value as it is.
        public var type: FieldType?
        /// The value it takes when it is left out; nil: it may not be.
        public var defaultValue: Value?
        /// Its JSON schema as the model sees it.
        public var schema: JSONObject
        /// Whether a call may do without it.
        package var isOptional: Bool

        /// An argument whose schema follows from its type, as it does for a Python function.
        public init(
            _ name: String, _ type: FieldType? = nil, defaultValue: Value? = nil, description: String? = nil
        ) {
            var schema = type.flatMap { try? JSONSchema.inlined(JSONSchema.schema(of: $0)) } ?? [:]
            if let defaultValue { schema["default"] = defaultValue.plainJSON }
            if let description { schema["description"] = .string(description) }
            self.init(name, type: type == .any ? nil : type, defaultValue: defaultValue, schema: schema)
        }

        /// An argument with a schema of its own.
        public init(_ name: String, type: FieldType?, defaultValue: Value? = nil, schema: JSONObject) {
            self.name = name
            self.type = type
            self.defaultValue = defaultValue
            self.schema = schema
            isOptional = defaultValue != nil
        }
    }

    /// What a call does, given the bound arguments: all of them, defaults filled in.
    public enum Body: Sendable {
        /// A function that blocks until it is done; it runs on a thread of its own.
        case sync(@Sendable (ValueDict) throws -> Value)
        /// A function that waits without blocking.
        case async(@Sendable (ValueDict, RunContext) async throws -> Value)
    }

    /// The name by which it is called.
    public var name: String
    /// What it does.
    public var purpose: String?
    /// Its arguments in order.
    public var arguments: [Argument]
    /// The name under which arguments that are not declared arrive (`**kwargs`); nil refuses them.
    public var extraArguments: String?
    /// Whether arguments pass as they are given, like those of a Python function of `**kwargs` alone: one may be left
    /// out, and one that is not declared may come along.
    package var isOpen = false
    /// What a call does.
    public var body: Body

    /// A tool.
    public init(
        name: String, purpose: String?, arguments: [Argument] = [], extraArguments: String? = nil, body: Body
    ) {
        self.name = name
        self.purpose = purpose
        self.arguments = arguments
        self.extraArguments = extraArguments
        self.body = body
    }

    /// What a model is told of it.
    public var description: ToolDescription {
        var schemas = JSONObject(arguments.map { (key: $0.name, value: .object($0.schema)) })
        if let extraArguments { schemas[extraArguments] = [:] }
        return ToolDescription(name: name, description: purpose, arguments: schemas)
    }

    /// Whether a call waits without blocking, so that a sync call needs a conversion.
    public var isAsync: Bool { if case .async = body { true } else { false } }

    /// A copy that passes these values itself, so that the model neither sees nor chooses them (`bind`).
    ///
    /// - Throws: `ToolError` for an argument that the tool does not have.
    public func binding(_ values: ValueDict) throws(ToolError) -> Tool {
        var fixed = values
        for (name, value) in values.members.map({ ($0.key.pythonString, $0.value) }) {
            guard let argument = arguments.first(where: { $0.name == name }) else {
                guard extraArguments == nil else { continue }
                throw ToolError("ValueError", "the tool `\(self.name)` has no argument `\(name)` to bind")
            }
            try check(value, argument)
            fixed[name] = try fitted(value, argument)
        }
        let bound = fixed
        let joined: @Sendable (ValueDict) -> ValueDict = { given in
            var all = given
            for (key, value) in bound { all[key] = value }
            return all
        }
        var tool = self
        tool.arguments.removeAll { values.contains($0.name) }
        switch body {
        case .sync(let run): tool.body = .sync { try run(joined($0)) }
        case .async(let run): tool.body = .async { try await run(joined($0), $1) }
        }
        return tool
    }

    // MARK: Calls

    /// DSPy's `tool.acall(…)`: validates, runs, and never blocks the threads that tasks share.
    ///
    /// - Throws: `ToolError` for wrong arguments, and what the tool throws.
    public func acall(_ arguments: ValueDict, in context: RunContext = RunContext()) async throws -> Value {
        let bound = try bound(arguments)
        switch body {
        case .sync(let run): return try await BlockingThread.run { _ in try run(bound) }
        case .async(let run): return try await run(bound, context)
        }
    }

    /// DSPy's `tool(…)`: blocks the calling thread.
    ///
    /// - Throws: `ToolError` as `acall`; also for an async tool without `allow_tool_async_sync_conversion`, or inside a task.
    public func callAsFunction(_ arguments: ValueDict, in context: RunContext = RunContext()) throws -> Value {
        let bound = try bound(arguments)
        switch body {
        case .sync(let run): return try run(bound)
        case .async(let run):
            guard context.settings.allowToolAsyncSyncConversion else { throw Self.needsAsync }
            guard withUnsafeCurrentTask(body: { $0 == nil }) else {
                throw ToolError(
                    "ValueError",
                    "You are calling `__call__` on an async tool from within a running event loop, which cannot be "
                        + "converted to a sync call, even with `allow_tool_async_sync_conversion` enabled. Please use "
                        + "`await tool.acall(...)` instead.")
            }
            let context = context
            return try BlockingBridge.run { try await run(bound, context) }
        }
    }

    /// A call from inside a program: by the async path, or, in a sequential run, as a sync call would go.
    func call(_ arguments: ValueDict, in context: RunContext) async throws -> Value {
        if context.isSequential, isAsync, !context.settings.allowToolAsyncSyncConversion {
            _ = try bound(arguments)
            throw Self.needsAsync
        }
        return try await acall(arguments, in: context)
    }

    private static let needsAsync = ToolError(
        "ValueError",
        "You are calling `__call__` on an async tool, please use `acall` instead or enable async-to-sync conversion with "
            + "`dspy.configure(allow_tool_async_sync_conversion=True)` or `with "
            + "dspy.context(allow_tool_async_sync_conversion=True):`.")

    // MARK: Arguments

    /// The arguments as the body takes them: checked against their schemas, fitted to their types, defaults filled in.
    ///
    /// - Throws: `ToolError` with DSPy's words.
    public func bound(_ given: ValueDict) throws(ToolError) -> ValueDict {
        for (key, value) in given {
            guard let argument = arguments.first(where: { $0.name == key.pythonString }) else {
                guard extraArguments == nil, !isOpen else { continue }
                throw ToolError("ValueError", "Arg \(key.pythonString) is not in the tool's args.")
            }
            try check(value, argument)
        }
        var bound = ValueDict()
        var missing: [String] = []
        for argument in arguments {
            if let value = given[argument.name] {
                bound[argument.name] = try fitted(value, argument)
            } else if let value = argument.defaultValue {
                bound[argument.name] = value
            } else if !isOpen {
                missing.append(argument.name)
            }
        }
        if isOpen {
            for (key, value) in given where bound[key] == nil { bound[key] = value }
        }
        guard missing.isEmpty else { throw ToolError("TypeError", Self.missing(missing, of: name)) }
        if let extraArguments {
            let declared = Set(arguments.map(\.name))
            bound[extraArguments] = .dict(
                ValueDict(unique: given.members.filter { !declared.contains($0.key.pythonString) }))
        }
        return bound
    }

    /// Holds a value against its argument's schema; one without a `type` at its top is left to the conversion, as in DSPy.
    private func check(_ value: Value, _ argument: Argument) throws(ToolError) {
        guard argument.schema["type"] != nil,
            let fault = SchemaFault.first(in: value, against: .object(argument.schema))
        else { return }
        throw ToolError(
            "ValueError", "Arg \(argument.name) is invalid: \(fault.message)",
            cause: .init("jsonschema.exceptions.ValidationError", fault.report))
    }

    private func fitted(_ value: Value, _ argument: Argument) throws(ToolError) -> Value {
        guard let type = argument.type else { return value }
        do throws(ValidationError) { return try type.fit(value) } catch {
            throw ToolError("pydantic_core._pydantic_core.ValidationError", "\(argument.name): \(error)")
        }
    }

    /// Python's words for a call with too few arguments.
    private static func missing(_ names: [String], of tool: String) -> String {
        let quoted = names.map { "'\($0)'" }
        let list =
            switch quoted.count {
            case 1: quoted[0]
            case 2: "\(quoted[0]) and \(quoted[1])"
            default: "\(quoted.dropLast().joined(separator: ", ")), and \(quoted.last ?? "")"
            }
        return "\(tool)() missing \(names.count) required positional argument\(names.count == 1 ? "" : "s"): \(list)"
    }
}
