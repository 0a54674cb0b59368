import Platform

/// Takes out of text that comes in pieces what a terminal would obey.
///
/// That is escape sequences, control characters but line end and tab, DEL and C1. What only turns the direction of reading is
/// written out.
///
/// A sequence that is not complete yet is held back. One that has no end loses only its introducer, so that it cannot
/// swallow what follows.
///
/// - Source: ECMA-48 §5, and what xterm adds.
package struct EscapeFilter: Sendable {
    private enum Place {
        case text
        /// Behind ESC, then perhaps behind intermediate bytes.
        case escape
        /// In the parameters, then in the intermediate bytes of a control sequence.
        case parameters, intermediates
        /// In a string that BEL or ST ends; behind an ESC in it, which may begin an ST.
        case string, stringEscape
    }

    /// How much a sequence may hold back.
    private static let limit = 4096

    private var place = Place.text
    private var held: [Unicode.Scalar] = []
    /// How many of the held scalars introduce the sequence.
    private var introducer = 0
    private var shown = String.UnicodeScalarView()

    /// A filter at the start of a text.
    package init() {}

    /// What is left of a whole text: that of our own, without its colours and movements.
    package static func stripped(_ text: String) -> String {
        var filter = EscapeFilter()
        let shown = filter.add(text)
        return shown + filter.finish()
    }

    /// Takes the next piece and gives what may be shown now.
    package mutating func add(_ text: String) -> String {
        if place == .text, !text.unicodeScalars.contains(where: \.isObeyed) { return text }
        for scalar in text.unicodeScalars { take(scalar) }
        return given()
    }

    /// Gives what was held back, at the end of the text.
    package mutating func finish() -> String {
        while place != .text { giveUp() }
        return given()
    }

    private mutating func given() -> String {
        defer { shown = String.UnicodeScalarView() }
        return String(shown)
    }

    private mutating func take(_ scalar: Unicode.Scalar) {
        guard place != .text else { return begin(scalar) }
        held.append(scalar)
        switch place {
        case .text: break
        case .escape: continueEscape(scalar)
        case .parameters, .intermediates: continueControl(scalar)
        case .string:
            if scalar == "\u{07}" || scalar == "\u{9C}" { return drop() }
            if scalar == "\u{1B}" { place = .stringEscape }
        case .stringEscape: if scalar == "\\" { drop() } else { giveUp() }
        }
        if held.count > Self.limit { showHeld() }
    }

    private mutating func begin(_ scalar: Unicode.Scalar) {
        let opened: Place? =
            switch scalar {
            case "\u{1B}": .escape
            case "\u{9B}": .parameters
            case "\u{90}", "\u{98}", "\u{9D}", "\u{9E}", "\u{9F}": .string
            default: nil
            }
        if let opened {
            (place, held, introducer) = (opened, [scalar], 1)
        } else {
            show(scalar)
        }
    }

    private mutating func show(_ scalar: Unicode.Scalar) {
        if scalar.isDirection { shown.append(contentsOf: scalar.writtenOut.unicodeScalars) }
        if !scalar.isObeyed { shown.append(scalar) }
    }

    private mutating func continueEscape(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x5B where held.count == 2: (place, introducer) = (.parameters, 2)
        case 0x50, 0x58, 0x5D, 0x5E,
            0x5F where held.count == 2:
            (place, introducer) = (.string, 2)
        case 0x20...0x2F: break
        case 0x30...0x7E: drop()
        default: giveUp()
        }
    }

    private mutating func continueControl(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x30...0x3F where place == .parameters: break
        case 0x20...0x2F: place = .intermediates
        case 0x40...0x7E: drop()
        default: giveUp()
        }
    }

    private mutating func drop() { (place, held) = (.text, []) }

    /// The sequence is none: only its introducer goes.
    private mutating func giveUp() {
        let rest = held.dropFirst(introducer)
        drop()
        for scalar in rest { take(scalar) }
    }

    /// The sequence is too long to be one; none of it is obeyed.
    private mutating func showHeld() {
        for scalar in held { show(scalar) }
        drop()
    }
}
