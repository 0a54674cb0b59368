import DSPyCore
import DSPyBatch
import DSPySpec
import OrderedJSON

/// Writes records as CSV or TSV.
///
/// No name stands twice above a table: an output called `status` is `status_output`, a row's own column `status_input`.
struct TableEncoder: Sendable {
    private let separator: UInt8
    private let outputs: [String]
    private let own: [String]
    private let names: [String]

    /// - Parameter own: Columns of the rows' own fields, when outputs are put behind them; as merged rows call them.
    init(separator: UInt8, outputs: [String], own: [String]) {
        self.separator = separator
        self.outputs = outputs
        self.own = own
        let fixed = ["id", "status", "error"]
        var taken = Set(fixed + own + outputs)
        func shown(_ name: String, _ mark: String) -> String {
            guard fixed.contains(name) else { return name }
            let free = MergedFields.free(name + mark) { taken.contains($0) }
            taken.insert(free)
            return free
        }
        let (before, behind) = (own.map { shown($0, "_input") }, outputs.map { shown($0, "_output") })
        names = ["id", "status"] + before + behind + ["error"]
    }

    /// The line of column names.
    var header: [UInt8] { line(names) }

    /// The line of a record.
    func line(_ record: BatchRecord) -> [UInt8] {
        var cells = [record.id, record.isOK ? "ok" : "error"]
        switch record.outcome {
        case .success(let output):
            cells += (own + outputs).map { Self.cell(output[$0]) } + [""]
        case .failure(let error):
            let inputs = Self.own(of: record, outputs)
            cells +=
                own.map { Self.cell(inputs[$0]) } + outputs.map { _ in "" } + [
                    "\(error.report.code.rawValue): \(error.report.message)"
                ]
        }
        return line(cells)
    }

    /// The row's own fields in a merged record, by the names they have there.
    static func own(of record: BatchRecord, _ outputs: [String]) -> JSONObject {
        switch record.outcome {
        case .success(let output): JSONObject(output.members.filter { !outputs.contains($0.key) })
        case .failure: MergedFields.renamed(record.inputs ?? [:]) { outputs.contains($0) }
        }
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
