extension OutputJournal {
    /// Rewrites the file without rows that were repaired, and in the order of the input if asked; whole or not at all.
    ///
    /// Putting rows into order takes eight bytes for each, and about four for each kilobyte of the file.
    ///
    /// - Parameter places: Where rows of an earlier run stand now, by their hash.
    package func tidy(sorted: Bool, places: [UInt64: [RowPlace]] = [:]) throws(BatchFailure) {
        // Only a resumed run can have repaired rows, or rows that have moved.
        guard FileAccess.size(descriptor) != nil, sorted || scan != nil else { return }
        let repaired = scan == nil ? [] : try JournalScan(descriptor, path, redoFailed: false).repaired
        guard sorted || !repaired.isEmpty || !places.isEmpty else { return }
        try FileAccess.replace(path) { (target, name) throws(BatchFailure) in
            let copy = JournalCopy(from: descriptor, path, repaired: repaired, places: places)
            if sorted {
                try copy.writeSorted(to: target, name)
            } else {
                try copy.write(to: target, name)
            }
        }
    }
}
