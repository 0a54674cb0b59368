import Platform
extension OutputJournal {
    /// What was taken out of an output.
    package struct Left: Sendable {
        /// How many predictions.
        package let count: Int
        /// The file that has them now.
        package let path: String
    }

    /// Rewrites the file without rows that were done again or are not in the input any more, and in the order of the input
    /// if asked; whole or not at all.
    ///
    /// Putting rows into order takes eight bytes for each, and about four for each kilobyte of the file.
    ///
    /// - Parameters:
    ///   - earlier: The rows of earlier runs, as the input had them.
    ///   - places: Where rows of an earlier run stand now, by their hash.
    /// - Returns: The predictions that were taken out; nil when there were none.
    package func tidy(
        sorted: Bool, earlier: EarlierRows? = nil, places: [UInt64: [RowPlace]] = [:]
    ) throws(BatchFailure) -> Left? {
        guard file.size != nil else { return nil }
        let surplus =
            try earlier?.surplus { () throws(BatchFailure) in try JournalScan(file) } ?? [:]
        guard sorted || !surplus.isEmpty || !places.isEmpty else { return nil }
        let leaving = LeavingRows(of: path, file)
        try OpenFile.replace(path) { (target) throws(BatchFailure) in
            let copy = JournalCopy(from: file, surplus: surplus, places: places, leaving: leaving)
            if sorted {
                try copy.writeSorted(to: target)
            } else {
                try copy.write(to: target)
            }
        }
        return leaving.count == 0 ? nil : Left(count: leaving.count, path: leaving.path)
    }

    /// Takes the journal away, and what stands beside it: what it held is kept elsewhere.
    package func remove() {
        for path in [path, Manifest.path(for: path)] { FileMoving.remove(path) }
    }
}
