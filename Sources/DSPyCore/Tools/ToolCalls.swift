import OrderedJSON

/// The tool calls a model asks for: `dspy.ToolCalls`.
///
/// - Source: dspy/adapters/types/tool.py (3.4.1), `ToolCalls`.
public struct ToolCalls: Sendable, Hashable {
    /// One call.
    public struct Call: Sendable, Hashable {
        /// The provider's id of the call.
        public var id: String?
        /// The tool's name.
        public var name: String
        /// Its arguments.
        public var args: ValueDict

        /// A call.
        public init(id: String? = nil, name: String, args: ValueDict) {
            self.id = id
            self.name = name
            self.args = args
        }
    }

    /// What a call gave, by the call's id.
    public struct Result: Sendable, Hashable {
        /// The id of the call that this answers.
        public var callID: String?
        /// The tool's name.
        public var name: String
        /// What it returned.
        public var value: Value
        /// Whether it failed.
        public var isError: Bool

        /// A result.
        public init(callID: String?, name: String, value: Value, isError: Bool = false) {
            self.callID = callID
            self.name = name
            self.value = value
            self.isError = isError
        }
    }

    /// The calls in order.
    public var calls: [Call]
    /// Their results, once they ran.
    public var results: [Result]?

    /// Tool calls.
    public init(_ calls: [Call], results: [Result]? = nil) {
        self.calls = calls
        self.results = results
    }

    static let description =
        "Tool calls must be a JSON object with `tool_calls`, a list of calls. "
        + "Each call must include `name` and `args`. "
        + #"Example: {"tool_calls": [{"name": "search", "args": {"query": "cats"}}]}"#

    /// What `model_dump` makes of it: without ids, with results only when there are some.
    var dumped: Value {
        var dump: ValueDict = [
            "tool_calls": .list(calls.map { .dict(["name": .string($0.name), "args": .dict($0.args)]) })
        ]
        if let results { dump["tool_call_results"] = .dict(["tool_call_results": .list(results.map(\.dumped))]) }
        return .dict(dump)
    }

    /// As `dumped`, with the ids by which results find their calls, so that a history that was written down can go on.
    var plain: Value {
        guard case .dict(var dump) = dumped else { return dumped }
        dump["tool_calls"] = .list(
            calls.map { call in
                let id: ValueDict = call.id.map { ["id": .string($0)] } ?? [:]
                return .dict(
                    ValueDict(unique: id.members + [("name", .string(call.name)), ("args", .dict(call.args))]))
            })
        return .dict(dump)
    }

    /// The fields as Python's `str` (separator ` `) and `repr` (`, `) show them.
    func fieldList(separator: String) -> String {
        let items = calls.map { call in
            let id = call.id.map { PythonText.repr($0) } ?? "None"
            return "ToolCall(id=\(id), name=\(PythonText.repr(call.name)), args=\(Value.dict(call.args).pythonRepr))"
        }
        let answered = results.map { Value.list($0.map(\.dumped)).pythonRepr } ?? "None"
        return "tool_calls=[\(items.joined(separator: ", "))]\(separator)tool_call_results=\(answered)"
    }

    /// Reads what DSPy's validator takes: a dict with `tool_calls`, a list of calls, or one call.
    ///
    /// - Returns: nil when the value is none of these.
    init?(reading value: Value) {
        switch value {
        case .custom(.toolCalls(let calls)):
            self = calls
        case .list(let items):
            self.init(callDicts: items, mustAllBeCalls: true)
        case .dict(let dict):
            if let listed = dict["tool_calls"] {
                guard case .list(let items) = listed else { return nil }
                self.init(callDicts: items, mustAllBeCalls: false)
                if let results = dict["tool_call_results"], !results.isNull {
                    self.results = Self.results(from: results)
                }
            } else {
                guard Self.isCall(dict) else { return nil }
                self.init(callDicts: [value], mustAllBeCalls: true)
            }
        default:
            return nil
        }
    }

    private init?(callDicts: [Value], mustAllBeCalls: Bool) {
        calls = []
        for item in callDicts {
            guard case .dict(let dict) = item, !mustAllBeCalls || Self.isCall(dict),
                let call = Call(reading: dict)
            else { return nil }
            calls.append(call)
        }
    }

    private static func isCall(_ dict: ValueDict) -> Bool {
        dict.contains("name") && (dict.contains("args") || dict.contains("arguments")) || dict.contains("function")
    }

    static func results(from value: Value) -> [Result]? {
        let items: [Value]
        switch value {
        case .list(let list): items = list
        case .dict(let dict):
            if case .list(let list)? = dict["tool_call_results"] {
                items = list
            } else if dict.contains("name"), dict.contains("value") {
                items = [value]
            } else {
                return nil
            }
        default: return nil
        }
        var results: [Result] = []
        for item in items {
            guard case .dict(let dict) = item, case .string(let name)? = dict["name"], let returned = dict["value"]
            else {
                return nil
            }
            let failed = if case .bool(true)? = dict["is_error"] { true } else { false }
            results.append(Result(callID: dict["call_id"]?.string, name: name, value: returned, isError: failed))
        }
        return results
    }
}

extension ToolCalls.Result {
    var dumped: Value {
        .dict([
            "call_id": callID.map { .string($0) } ?? .null, "name": .string(name), "value": value,
            "is_error": .bool(isError),
        ])
    }
}

extension ToolCalls.Call {
    /// Reads a call in DSPy's or a provider's shape.
    init?(reading dict: ValueDict) {
        var arguments = dict["args"] ?? dict["arguments"] ?? .dict([:])
        var name = dict["name"]
        if let function = dict["function"] {
            guard case .dict(let function) = function.isNull ? .dict([:]) : function else { return nil }
            arguments = function["arguments"] ?? .dict([:])
            if case .string(let own)? = function["name"], !own.isEmpty { name = function["name"] }
        }
        guard case .string(let name)? = name else { return nil }
        if case .string(let text) = arguments {
            arguments = Value(JSONRepair.loads(text))
        } else if arguments.dict == nil {
            arguments = .dict([:])
        }
        guard case .dict(let args) = arguments else { return nil }
        let id = [dict["id"], dict["call_id"]].compactMap { $0?.string }.first { !$0.isEmpty }
        self.init(id: id, name: name, args: args)
    }
}
