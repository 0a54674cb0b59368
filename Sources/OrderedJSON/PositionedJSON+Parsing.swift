extension PositionedJSON {
    /// Reads a whole text as one value with places.
    public init(parsing text: String, options: JSONReadingOptions = .strict) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), options: options)
    }

    /// Reads all bytes, UTF-8, as one value with places.
    public init(parsing bytes: [UInt8], options: JSONReadingOptions = .strict) throws(JSONError) {
        let outcome: Result<PositionedJSON, JSONError> = bytes.withUnsafeBufferPointer { buffer in
            var reader = JSONReader(buffer, options: options, builder: PositionedJSONBuilder())
            do throws(JSONError) {
                return .success(try reader.document())
            } catch {
                return .failure(error)
            }
        }
        self = try outcome.get()
    }
}

/// Builds ``PositionedJSON``, counting lines as the reader moves on.
private struct PositionedJSONBuilder: JSONTreeBuilder {
    private var position = TextPosition.start

    mutating func mark(_ offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> TextPosition {
        position.advance(to: offset, in: bytes)
        return position
    }

    func scalar(
        _ value: JSON, from start: TextPosition, to end: TextPosition, in bytes: UnsafeBufferPointer<UInt8>
    ) -> PositionedJSON {
        guard case .string(let text) = value else { return .scalar(value, range: start..<end) }
        let content = bytes[start.offset + 1..<end.offset - 1]
        let spelling = content.contains(UInt8(ascii: "\\")) ? Array(content) : nil
        return .string(PositionedString(text: text, range: start..<end, spelling: spelling))
    }

    func member(
        _ key: String, from start: TextPosition, to end: TextPosition, value: PositionedJSON
    ) -> PositionedMember {
        PositionedMember(key: key, keyRange: start..<end, value: value)
    }

    func array(_ items: [PositionedJSON], from start: TextPosition, to end: TextPosition) -> PositionedJSON {
        .array(items, range: start..<end)
    }

    func object(_ members: [PositionedMember], from start: TextPosition, to end: TextPosition) -> PositionedJSON {
        var object = PositionedObject(members: [], duplicateKeys: [], range: start..<end)
        var places: [[UInt8]: Int] = [:]
        for member in members {
            guard let place = places.updateValue(object.members.count, forKey: Array(member.key.utf8)) else {
                object.members.append(member)
                continue
            }
            places[Array(member.key.utf8)] = place
            object.members[place].value = member.value
            object.duplicateKeys.append(
                DuplicateKey(
                    key: member.key, range: member.keyRange, firstRange: object.members[place].keyRange))
        }
        return .object(object)
    }
}
