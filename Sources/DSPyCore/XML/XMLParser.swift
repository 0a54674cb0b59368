import OrderedJSON

/// Parses XML content (text, elements, entities, CDATA, comments) as strictly as expat does.
struct XMLParser {
    /// Why a text is not XML.
    struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    private let text: [Unicode.Scalar]
    private var place = 0
    private static let maximumDepth = 200

    /// The content as the inside of one element of the given tag.
    static func parse(_ content: String, wrappedIn tag: String) throws(Failure) -> XMLElement {
        var parser = XMLParser("<\(tag)>\(content)</\(tag)>")
        return try parser.document()
    }

    private init(_ content: String) {
        // XML reads every line end as one line feed.
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(content.utf8.count)
        var previousIsReturn = false
        for scalar in content.unicodeScalars {
            if scalar == "\r" {
                scalars.append("\n")
            } else if !(scalar == "\n" && previousIsReturn) {
                scalars.append(scalar)
            }
            previousIsReturn = scalar == "\r"
        }
        text = scalars
    }

    private func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
        place + ahead < text.count ? text[place + ahead] : nil
    }

    private func isAt(_ literal: String) -> Bool { text[place...].starts(with: literal.unicodeScalars) }

    private mutating func take(_ literal: String) -> Bool {
        guard isAt(literal) else { return false }
        place += literal.unicodeScalars.count
        return true
    }

    private mutating func skipSpace() -> Bool {
        let start = place
        while let scalar = peek(), scalar == " " || scalar == "\t" || scalar == "\n" { place += 1 }
        return place > start
    }

    private mutating func document() throws(Failure) -> XMLElement {
        var open: [XMLElement] = []
        var root: XMLElement?
        while place < text.count {
            if root != nil {
                if skipSpace() { continue }
                if try skipMarkup() { continue }
                throw Failure("junk after document element")
            }
            if isAt("</") {
                place += 2
                let tag = try name()
                _ = skipSpace()
                guard take(">"), let element = open.popLast(), element.tag.hasSameBytes(as: tag) else {
                    throw Failure("mismatched tag </\(tag)>")
                }
                if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
            } else if !open.isEmpty, try skipMarkup() {
                continue
            } else if take("<![CDATA[") {
                append(try until("]]>", "CDATA section"), to: &open)
            } else if isAt("<") {
                place += 1
                let (element, isClosed) = try startTag()
                if !isClosed {
                    guard open.count < Self.maximumDepth else { throw Failure("nested too deeply") }
                    open.append(element)
                } else if open.isEmpty {
                    root = element
                } else {
                    open[open.count - 1].children.append(element)
                }
            } else {
                append(try characters(), to: &open)
            }
        }
        guard let root else { throw Failure("no element found") }
        return root
    }

    private func append(_ text: String, to open: inout [XMLElement]) {
        guard !open.isEmpty else { return }
        let last = open.count - 1
        if open[last].children.isEmpty {
            open[last].text += text
        } else {
            open[last].children[open[last].children.count - 1].tail += text
        }
    }

    /// A comment or a processing instruction.
    private mutating func skipMarkup() throws(Failure) -> Bool {
        if take("<!--") {
            let body = try until("--", "comment")
            guard take(">"), !body.hasSuffix("-") else { throw Failure("`--` inside a comment") }
            return true
        }
        guard isAt("<?") else { return false }
        place += 2
        let target = try name()
        guard target.lowercased() != "xml" else { throw Failure("XML or text declaration not at start of entity") }
        guard isAt("?>") || skipSpace() else { throw Failure("malformed processing instruction") }
        _ = try until("?>", "processing instruction")
        return true
    }

    private mutating func until(_ end: String, _ what: String) throws(Failure) -> String {
        var content = String.UnicodeScalarView()
        while !isAt(end) {
            guard let scalar = peek() else { throw Failure("unclosed \(what)") }
            guard Self.isCharacter(scalar) else { throw Failure("invalid character") }
            content.append(scalar)
            place += 1
        }
        _ = take(end)
        return String(content)
    }

    private mutating func characters() throws(Failure) -> String {
        var content = String.UnicodeScalarView()
        while let scalar = peek(), scalar != "<" {
            if scalar == "&" {
                content.append(try reference())
            } else {
                guard Self.isCharacter(scalar) else { throw Failure("invalid character") }
                if scalar == "]", isAt("]]>") { throw Failure("`]]>` in text") }
                content.append(scalar)
                place += 1
            }
        }
        return String(content)
    }

    private mutating func reference() throws(Failure) -> Unicode.Scalar {
        place += 1
        if take("#") {
            let radix = take("x") ? 16 : 10
            let start = place
            while let scalar = peek(), scalar.properties.isASCIIHexDigit { place += 1 }
            let digits = String(String.UnicodeScalarView(text[start..<place]))
            guard take(";"), let code = UInt32(digits, radix: radix), let scalar = Unicode.Scalar(code),
                Self.isCharacter(scalar)
            else { throw Failure("reference to invalid character number") }
            return scalar
        }
        let entity = try name()
        guard take(";") else { throw Failure("`&` that starts no reference") }
        switch entity {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default: throw Failure("undefined entity &\(entity);")
        }
    }

    private mutating func startTag() throws(Failure) -> (XMLElement, isClosed: Bool) {
        var element = XMLElement(tag: try name())
        guard !element.tag.contains(":") else { throw Failure("unbound prefix in <\(element.tag)>") }
        while true {
            let hasSpace = skipSpace()
            if take("/>") { return (element, true) }
            if take(">") { return (element, false) }
            guard hasSpace else { throw Failure("malformed tag <\(element.tag)>") }
            let attribute = try name()
            _ = skipSpace()
            guard take("=") else { throw Failure("attribute \(attribute) without a value") }
            _ = skipSpace()
            guard let quote = peek(), quote == "\"" || quote == "'" else {
                throw Failure("attribute value without quotes")
            }
            place += 1
            var value = String.UnicodeScalarView()
            while let scalar = peek(), scalar != quote {
                if scalar == "&" {
                    value.append(try reference())
                    continue
                }
                guard scalar != "<", Self.isCharacter(scalar) else {
                    throw Failure("invalid character in an attribute")
                }
                value.append(scalar == "\n" || scalar == "\t" ? " " : scalar)
                place += 1
            }
            guard peek() == quote else { throw Failure("unclosed attribute value") }
            place += 1
            guard !element.attributes.contains(where: { $0.name.hasSameBytes(as: attribute) }) else {
                throw Failure("duplicate attribute \(attribute)")
            }
            guard !attribute.contains(":") || attribute.hasPrefix("xml:") else {
                throw Failure("unbound prefix in attribute \(attribute)")
            }
            element.attributes.append((attribute, String(value)))
        }
    }

    private mutating func name() throws(Failure) -> String {
        let start = place
        guard let first = peek(), Self.isNameStart(first) else { throw Failure("not well-formed (invalid token)") }
        while let scalar = peek(), Self.isNamePart(scalar) { place += 1 }
        return String(String.UnicodeScalarView(text[start..<place]))
    }

    private static func isCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    private static func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar == ":" || scalar.properties.isXIDStart
    }

    private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        isNameStart(scalar) || scalar == "-" || scalar == "." || scalar == "\u{B7}" || scalar.properties.isXIDContinue
    }
}
