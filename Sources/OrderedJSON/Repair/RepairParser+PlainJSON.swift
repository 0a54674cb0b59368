extension RepairParser {
    /// Whether it is worth trying the rest as plain JSON: a container at the very start must be complete and have
    /// something behind it other than a comma.
    var isFollowedByMoreThanComma: Bool {
        guard index == 0 else { return true }
        var closings: [Unicode.Scalar] = []
        var isInString = false
        var isEscaped = false
        for (place, character) in text.enumerated() {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if character == "\\" {
                    isEscaped = true
                } else if character == "\"" {
                    isInString = false
                }
                continue
            }
            switch character {
            case "\"": isInString = true
            case "{": closings.append("}")
            case "[": closings.append("]")
            case "}", "]":
                guard closings.popLast() == character else { return false }
                guard closings.isEmpty else { continue }
                let next = text[(place + 1)...].first { !$0.isPythonSpace }
                return next != nil && next != ","
            default: break
            }
        }
        return false
    }

    /// The plain JSON value that begins here, tried once per text and only at its top.
    mutating func plainJSON() throws(RepairFailure) -> JSON? {
        guard !triedPlainJSON, context.isEmpty else { return nil }
        triedPlainJSON = true
        switch Self.decode(text[index...]) {
        case .success(let (value, length)):
            index += length
            return value
        case .failure(let error):
            // Python lets these two through as other exceptions.
            guard error.code != .tooDeep, error.code != .numberTooLong else { throw .unreadable }
            return nil
        }
    }

    /// The object of a text whose only fault is that its `{` is missing.
    mutating func objectWithoutBrace(quote: Unicode.Scalar) -> JSON? {
        guard text[..<index].allSatisfy(\.isPythonSpace) else { return nil }
        let end = find(quote, from: 1)
        guard character(end) != nil, character(pastSpace(end + 1)) == ":" else { return nil }
        guard text.last(where: { !$0.isPythonSpace }) == "}" else { return nil }
        let whole = ["{"] + text
        guard case .success(let (value, length)) = Self.decode(whole[...]),
            whole[length...].allSatisfy({ Optional($0).isOne(of: " \t\r\n") })
        else { return nil }
        index = text.count
        return value
    }

    private static func decode(_ text: ArraySlice<Unicode.Scalar>) -> Result<(JSON, length: Int), JSONError> {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        for scalar in text { bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter) }
        return bytes.withUnsafeBufferPointer { buffer in
            var reader = JSONReader(buffer, options: .python, builder: PlainJSONBuilder())
            do throws(JSONError) {
                let value = try reader.leadingValue()
                return .success((value, buffer[..<reader.offset].count { $0 & 0xC0 != 0x80 }))
            } catch {
                return .failure(error)
            }
        }
    }
}
