import OrderedJSON

/// A text in which `⟦` and `⟧` stand around the places that findings are expected at; the marks are no part of it.
struct MarkedText {
    /// The text without marks.
    let text: String
    /// The marked places by their start; of two with one start the outer one first.
    let ranges: [Range<TextPosition>]

    var bytes: [UInt8] { Array(text.utf8) }

    init(_ marked: String) {
        var text = String.UnicodeScalarView()
        var place = TextPosition.start
        var open: [TextPosition] = []
        var ranges: [Range<TextPosition>] = []
        for scalar in marked.unicodeScalars {
            switch scalar {
            case "⟦": open.append(place)
            case "⟧": if let start = open.popLast() { ranges.append(start..<place) }
            default:
                text.append(scalar)
                place.offset += UTF8.width(scalar)
                place.column += 1
                if scalar == "\n" {
                    place.line += 1
                    place.column = 1
                }
            }
        }
        self.text = String(text)
        self.ranges = ranges.sorted {
            ($0.lowerBound.offset, -$0.upperBound.offset) < ($1.lowerBound.offset, -$1.upperBound.offset)
        }
    }
}
