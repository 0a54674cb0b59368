package import DSPy
package import OrderedJSON

/// Runs a program on one row and tells what became of it.
package struct RowWorker: Sendable {
    private let module: any Module
    private let context: RunContext
    private let prepare: @Sendable (JSONObject) throws -> ValueDict
    private let price: @Sendable (JSONObject) -> Double?
    private let merges: Bool
    private let longestWait: Double
    private let watch: (@Sendable (BatchRow) -> RowWatch)?
    private let trace: (@Sendable (BatchRow) -> RunTrace)?

    /// A worker.
    ///
    /// - Parameters:
    ///   - longestWait: The longest wait in seconds that a provider may ask for; a row that meets a longer one stops the
    ///     batch.
    ///   - context: What every row runs in; each gets a usage count of its own.
    ///   - prepare: Turns a row's fields into the program's inputs; throws `RowError` for what does not fit.
    ///   - price: What token counts by model cost in dollars; nil when a price is not known.
    ///   - merges: Whether outputs are put behind the row's own fields.
    ///   - watch: Makes what hears a row; nil when nobody listens.
    ///   - trace: Makes what notes a row's run; nil when nobody reads it.
    package init(
        module: any Module, context: RunContext, merges: Bool = false, longestWait: Double = 600,
        prepare: @escaping @Sendable (JSONObject) throws -> ValueDict,
        price: @escaping @Sendable (JSONObject) -> Double? = { _ in nil },
        watch: (@Sendable (BatchRow) -> RowWatch)? = nil, trace: (@Sendable (BatchRow) -> RunTrace)? = nil
    ) {
        self.trace = trace
        self.module = module
        self.context = context
        self.merges = merges
        self.longestWait = longestWait
        self.watch = watch
        self.prepare = prepare
        self.price = price
    }

    /// The record of a row; nil when the row was cancelled, so that a later run does it.
    func record(of row: BatchRow) async -> BatchRecord? {
        guard let watch = watch?(row) else { return await record(of: row, nil) }
        guard let record = await record(of: row, watch.observer) else { return nil }
        try? await watch.end(record)
        return record
    }

    private func record(of row: BatchRow, _ observer: RunObserver?) async -> BatchRecord? {
        let fields: JSONObject
        switch row.content {
        case .failure(let error): return BatchRecord(row, .failure(error))
        case .success(let found): fields = found
        }
        var context = context
        context.usage = UsageTracker()
        context.observer = observer
        context.trace = trace?(row)
        let start = ContinuousClock.now
        var record: BatchRecord
        do {
            let prediction = try await module.call(try prepare(fields), in: context)
            var output = merges ? fields : [:]
            for (name, value) in prediction.toDict() { output[name] = value }
            record = BatchRecord(row, .success(output))
        } catch {
            if Task.isCancelled { return nil }
            var failure = RowError(error)
            let lmError = error as? LMError
            failure.isBeyondWait = (lmError?.retryAfter ?? 0) > longestWait
            record = BatchRecord(row, .failure(failure))
            record.attempts = lmError?.attempts ?? 0
        }
        let time = (ContinuousClock.now - start).components
        record.milliseconds = Int(time.seconds) * 1000 + Int(time.attoseconds / 1_000_000_000_000_000)
        let totals = context.usage.totals
        record.attempts += totals.attempts
        record.isCached = totals.calls > 0 && totals.cached == totals.calls
        record.usage = context.usage.byModel
        record.cost = record.isCached ? 0 : price(record.usage)
        record.model = self.context.lm?.model
        return record
    }
}
