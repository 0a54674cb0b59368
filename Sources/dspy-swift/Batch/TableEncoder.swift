import DSPyCore
import DSPyBatch
import DSPySpec
import OrderedJSON

/// Writes records as CSV or TSV.
struct TableEncoder: Sendable {
    private let separator: UInt8
    private let outputs: [String]
    private let inputs: [String]

    /// - Parameter inputs: Columns of the rows' own fields, when outputs are put behind them.
    init(separator: Character, outputs: [String], inputs: [String]) {
        self.separator = separator == "\t" ? 0x09 : 0x2C
        self.outputs = outputs
        self.inputs = inputs
    }

    /// The line of column names.
    var header: [UInt8] { line(["id", "status"] + inputs + outputs + ["error"]) }

    /// The line of a record.
    func line(_ record: BatchRecord) -> [UInt8] {
        var cells = [record.id, record.isOK ? "ok" : "error"]
        switch record.outcome {
        case .success(let output):
            cells += (inputs + outputs).map { Self.cell(output[$0]) } + [""]
        case .failure(let error):
            cells +=
                inputs.map { Self.cell(record.inputs?[$0]) } + outputs.map { _ in "" } + [
                    "\(error.report.code.rawValue): \(error.report.message)"
                ]
        }
        return line(cells)
    }

    private static func cell(_ value: JSON?) -> String {
        guard let value, !value.isNull else { return "" }
        return value.string ?? value.text(.python)
    }

    private func line(_ cells: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (place, cell) in cells.enumerated() {
            if place > 0 { bytes.append(separator) }
            let isPlain = !cell.utf8.contains { $0 == separator || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
            if isPlain {
                bytes += cell.utf8
            } else {
                bytes.append(0x22)
                for byte in cell.utf8 {
                    if byte == 0x22 { bytes.append(0x22) }
                    bytes.append(byte)
                }
                bytes.append(0x22)
            }
        }
        bytes.append(0x0A)
        return bytes
    }
}
