import Basics
package import DSPyCore
package import OrderedJSON

/// Runs a program on one row and tells what became of it.
///
/// An object, so that a task for a row holds nothing but a reference to it and the row. What comes before and after the
/// program's run stands in functions of its own: an async function keeps room for all it ever holds.
package final class RowWorker: Sendable {
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
        guard let watch else { return await record(of: row, nil) }
        return await watchedRecord(of: row, watch(row))
    }

    @inline(never)
    private func watchedRecord(of row: BatchRow, _ watch: RowWatch) async -> BatchRecord? {
        guard let record = await record(of: row, watch.observer) else { return nil }
        try? await watch.end(record)
        return record
    }

    private func record(of row: BatchRow, _ observer: RunObserver?) async -> BatchRecord? {
        guard case .success(let fields) = row.content else { return BatchRecord(row, row.content) }
        let usage = UsageTracker()
        let start = ContinuousClock.now
        do {
            let inputs = try prepare(fields)
            let prediction = try await module.call(inputs, in: context(of: row, usage, observer))
            return succeeded(row, fields, prediction, usage, start)
        } catch {
            return Task.isCancelled ? nil : failed(row, error, usage, start)
        }
    }

    @inline(never)
    private func context(of row: BatchRow, _ usage: UsageTracker, _ observer: RunObserver?) -> RunContext {
        var context = context
        context.usage = usage
        context.observer = observer
        context.trace = trace?(row)
        return context
    }

    @inline(never)
    private func succeeded(
        _ row: BatchRow, _ fields: JSONObject, _ prediction: Prediction, _ usage: UsageTracker,
        _ start: ContinuousClock.Instant
    ) -> BatchRecord {
        var output = prediction.toDict()
        if merges { output = MergedFields.merged(fields, output) }
        return counted(BatchRecord(row, .success(output)), usage, start)
    }

    @inline(never)
    private func failed(
        _ row: BatchRow, _ error: any Error, _ usage: UsageTracker, _ start: ContinuousClock.Instant
    ) -> BatchRecord {
        var failure = RowError(error)
        let lmError = error as? LMError
        failure.isBeyondWait = (lmError?.retryAfter ?? 0) > longestWait
        var record = BatchRecord(row, .failure(failure))
        record.attempts = lmError?.attempts ?? 0
        record.retries = max(0, record.attempts - 1)
        return counted(record, usage, start)
    }

    /// The record with what the run took and used.
    private func counted(
        _ record: BatchRecord, _ usage: UsageTracker, _ start: ContinuousClock.Instant
    ) -> BatchRecord {
        var record = record
        record.milliseconds = (ContinuousClock.now - start).inMilliseconds
        let totals = usage.totals
        record.attempts += totals.attempts
        record.retries += usage.retries
        record.isCached = totals.calls > 0 && totals.cached == totals.calls
        record.usage = usage.byModel
        record.finishReason = usage.cut
        record.cost = record.isCached ? 0 : price(record.usage)
        record.model = context.lm?.model
        return record
    }
}
