import Platform
import Basics
import Console
import DSPyCore
import DSPySpec
import OrderedJSON

/// Reads the inputs of a program, or the arguments of a tool: `name=text`, `name=@file`, `name:=JSON`, `name:=@file`, `-i FILE`, standard input.
struct InputArguments {
    private let ports: [Port]
    private let what: String
    private let table: FlagTable
    private let takesOthers: Bool

    init(_ program: CheckedProgram, _ table: FlagTable) { self.init(program.inputs, of: "the program", table) }

    /// - Parameters:
    ///   - what: Whose inputs they are, for messages.
    ///   - takesOthers: Whether a name that nobody declared, and that is no misspelt one, may come along.
    init(_ ports: [Port], of what: String, _ table: FlagTable, takesOthers: Bool = false) {
        self.ports = ports
        self.takesOthers = takesOthers
        self.what = what
        self.table = table
    }

    /// The inputs, each as its declared type.
    ///
    /// - Parameters:
    ///   - mayBeIncomplete: Whether missing inputs are no fault, and standard input is left alone.
    func read(_ arguments: [String], file: String?, mayBeIncomplete: Bool = false) throws -> ValueDict {
        var inputs = ValueDict()
        if let file { try add(object: try bytes(file), from: file == "-" ? "standard input" : file, to: &inputs) }
        for argument in arguments { try add(argument, to: &inputs) }
        let missing = missing(inputs)
        guard !missing.isEmpty, !mayBeIncomplete else { return inputs }
        if file == nil, !Terminal.isTTY(0) { try addStandardInput(missing, to: &inputs) }
        let still = self.missing(inputs)
        guard still.isEmpty else {
            let names = still.map { "`\($0.name)` (\($0.typeName))" }.joined(separator: ", ")
            throw table.failure("missing \(still.count == 1 ? "input" : "inputs") \(names); give \(still[0].name)=…")
        }
        return inputs
    }

    /// Inputs given as JSON, each as its declared type.
    func read(_ object: JSONObject) throws -> ValueDict {
        var inputs = ValueDict()
        for (key, json) in object {
            let port = try port(key)
            inputs[port.name] = try value(json, port)
        }
        if let first = missing(inputs).first { throw Failure(.data, "the input `\(first.name)` is missing") }
        return inputs
    }

    private func missing(_ inputs: ValueDict) -> [Port] {
        ports.filter { !inputs.contains($0.name) && !$0.isOptional }
    }

    private func bytes(_ path: String) throws(FileError) -> [UInt8] {
        path == "-" ? try FileReading.standardInput() : try FileReading.bytes(at: path)
    }

    // MARK: Forms

    private func add(_ argument: String, to inputs: inout ValueDict) throws {
        guard let equals = argument.utf8.firstIndex(of: UInt8(ascii: "=")) else {
            throw table.failure(
                "'\(argument)' is no input; inputs are name=text, name=@file, name:=JSON or name:=@file")
        }
        var name = argument[..<equals]
        let given = argument[argument.utf8.index(after: equals)...]
        let isJSON = name.hasSuffix(":")
        if isJSON { name.removeLast() }
        let port = try port(String(name))
        guard !inputs.contains(port.name) else { throw table.failure("the input `\(port.name)` is given twice") }
        let text: String
        var origin = "`\(argument.prefix(60))`"
        if given.hasPrefix("@") {
            origin = String(given.dropFirst())
            text = try self.text(try bytes(origin), origin, stripsLineEnd: !isJSON && origin == "-")
        } else {
            text = String(given)
        }
        if isJSON {
            let json: JSON
            do throws(JSONError) { json = try JSON(parsing: text) } catch {
                throw Failure(.data, "the input `\(port.name)`, \(origin): not JSON at \(error)")
            }
            inputs[port.name] = try value(json, port)
        } else {
            inputs[port.name] = try value(text: text, port)
        }
    }

    private func text(_ bytes: [UInt8], _ origin: String, stripsLineEnd: Bool) throws -> String {
        guard var text = String(validating: bytes, as: UTF8.self) else { throw Failure(.data, "\(origin): not UTF-8") }
        if stripsLineEnd {
            if text.utf8.last == 0x0A { text.unicodeScalars.removeLast() }
            if text.utf8.last == 0x0D { text.unicodeScalars.removeLast() }
        }
        return text
    }

    private func add(object bytes: [UInt8], from origin: String, to inputs: inout ValueDict) throws {
        let json: JSON
        do throws(JSONError) { json = try JSON(parsing: bytes) } catch { throw Failure(.data, "\(origin):\(error)") }
        guard let object = json.object else {
            throw Failure(.data, "\(origin): the inputs are a JSON object, found \(json.kindName)")
        }
        for (key, value) in object {
            let port = try port(key)
            inputs[port.name] = try self.value(value, port)
        }
    }

    /// A JSON object whose keys are inputs is the inputs; any other text fills the one input that is still missing.
    private func addStandardInput(_ missing: [Port], to inputs: inout ValueDict) throws {
        let bytes = try FileReading.standardInput()
        guard bytes.contains(where: { !($0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09) }) else { return }
        if let object = (try? JSON(parsing: bytes))?.object, isMeantForInputs(object, missing) {
            var given = ValueDict()
            try add(object: bytes, from: "standard input", to: &given)
            for (key, value) in given {
                let name = key.pythonString
                guard !inputs.contains(name) else { throw table.failure("the input `\(name)` is given twice") }
                inputs[name] = value
            }
            return
        }
        guard missing.count == 1 else {
            let names = missing.map { "`\($0.name)`" }.joined(separator: ", ")
            throw table.failure("standard input can fill one input, but \(missing.count) are missing: \(names)")
        }
        inputs[missing[0].name] = try value(
            text: try text(bytes, "standard input", stripsLineEnd: true), missing[0])
    }

    /// Whether an object on standard input holds inputs, or is itself the text of one.
    ///
    /// A key that is nearly an input's is a misspelling, which had better be told than sent.
    private func isMeantForInputs(_ object: JSONObject, _ missing: [Port]) -> Bool {
        guard missing.count == 1 else { return true }
        let names = ports.map(\.name)
        return object.members.contains { names.contains($0.key) || Spelling.closest(to: $0.key, among: names) != nil }
    }

    private func port(_ name: String) throws -> Port {
        if let port = ports.first(where: { $0.name == name }) { return port }
        let names = ports.map(\.name)
        if takesOthers, Spelling.closest(to: name, among: names) == nil { return Port(name: name, shape: .field(nil)) }
        let known = names.isEmpty ? "it takes none" : "it takes \(names.joined(separator: ", "))"
        throw table.failure(
            "\(what) has no input `\(name)`; \(known)" + Spelling.hint(for: name, among: names))
    }

    // MARK: Types

    private func value(text: String, _ port: Port) throws -> Value {
        try fitted(port) { () throws(ValidationError) in try InputFitting.value(text: text, port) }
    }

    private func value(_ json: JSON, _ port: Port) throws -> Value {
        try fitted(port) { () throws(ValidationError) in try InputFitting.value(json, port) }
    }

    private func fitted(_ port: Port, _ fit: () throws(ValidationError) -> Value) throws -> Value {
        do throws(ValidationError) {
            return try fit()
        } catch {
            throw Failure(.data, "the input `\(port.name)` does not fit \(port.typeName): \(error)")
        }
    }
}
