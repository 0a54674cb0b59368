package import Platform
/// The file that exchanges are written to; whole lines, also when several tasks write at once.
package final class RecordingFile: Sendable {
    private let file: LineFile

    /// A recording in a file.
    package init(_ file: LineFile) { self.file = file }

    /// A new recording at a path.
    package convenience init(path: String) throws(LineFile.Refusal) {
        self.init(try LineFile("recording", at: path, .overwrite) { _ in })
    }

    /// Writes one exchange; trouble is the file's to tell, and no reason to throw an answer away.
    func append(_ exchange: RecordedExchange) { file.append(exchange.line) }
}
