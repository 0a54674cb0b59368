package import Platform
import OrderedJSON

/// Runs rows through a window: as one comes out, one goes in; one consumer writes and counts.
package struct BatchRunner: Sendable {
    private let worker: RowWorker
    private let options: BatchOptions
    private let counters: BatchCounters
    private let control: BatchControl

    package init(_ worker: RowWorker, options: BatchOptions, counters: BatchCounters, control: BatchControl) {
        self.worker = worker
        self.options = options
        self.counters = counters
        self.control = control
    }

    /// How a batch ended.
    package struct Outcome: Sendable {
        /// Why it ended early; nil when all rows were seen.
        package var reason: StopReason?
        /// What went wrong with the output or the input, if anything.
        package var failure: BatchFailure?
        /// The rows of earlier runs as the input had them.
        package var earlier: EarlierRows?
        /// Where rows of an earlier run stand now, by their hash, if that was asked for.
        package var places: [UInt64: [RowPlace]] = [:]

        package init(reason: StopReason? = nil, failure: BatchFailure? = nil) {
            self.reason = reason
            self.failure = failure
        }
    }

    private enum Event: Sendable {
        case rows([BatchRow])
        case inputFailed(InputFailure)
        /// At least one row's run has ended, and perhaps somebody has seen to it already.
        case rowEnded
        case asked(BatchControl.Request)
        case deadline
        case graceOver
    }

    /// Runs the rows of an input.
    ///
    /// - Parameters:
    ///   - earlier: Rows that an earlier run has finished.
    ///   - keepsPlaces: Whether to note where those rows stand now.
    ///   - writer: Takes the lines.
    ///   - watch: Notices what others do to the file that they go to.
    ///   - encode: The line of a record.
    package func run(
        _ reader: RowReader, earlier: EarlierRows?, keepsPlaces: Bool = false, writer: LineWriter,
        watch: JournalWatch? = nil,
        encode: @escaping @Sendable (BatchRecord) -> [UInt8] = { $0.bytes }
    ) async -> Outcome {
        let run = Run(
            options: options, counters: counters, earlier: earlier, keepsPlaces: keepsPlaces,
            sink: RecordSink(writer, isOrdered: options.order == .input, watch: watch))
        let finished = FinishedRows()
        await withTaskGroup(of: Event.self) { group in
            group.addTask { .asked(await control.change()) }
            if let deadline = options.deadline {
                group.addTask {
                    try? await Task.sleep(until: deadline, clock: .continuous)
                    return .deadline
                }
            }
            while !run.isFinished {
                if run.wantsRows {
                    run.isReading = true
                    group.addTask {
                        do throws(InputFailure) { return .rows(try await reader.next()) } catch {
                            return .inputFailed(error)
                        }
                    }
                }
                while let row = await run.nextRow() {
                    group.addTask { [worker] in
                        finished.add(FinishedRow(row.index, await worker.record(of: row), encode: encode))
                        return .rowEnded
                    }
                }
                if run.isFinished { break }
                // Rows that need no run may have used up all that was read.
                if run.wantsRows { continue }
                guard let event = await group.next() else { break }
                if case .rowEnded = event {
                    await run.finish(finished.take())
                    if run.mustAbort { group.cancelAll() }
                } else {
                    handle(event, run, &group)
                }
            }
            group.cancelAll()
            reader.stop()
        }
        // Rows that were answered while the end was called are paid for.
        await run.finish(finished.take())
        if run.failure == nil {
            run.sink.giveUpWaiting()
            do throws(BatchFailure) {
                try await run.sink.flush()
                try watch?.look()
            } catch { run.failure = error }
        }
        var outcome = Outcome(reason: run.reason, failure: run.failure)
        outcome.earlier = run.close()
        outcome.places = run.places
        return outcome
    }

    private func handle(_ event: Event, _ run: Run, _ group: inout TaskGroup<Event>) {
        switch event {
        case .rows(let rows): run.add(rows)
        case .inputFailed(let failure): run.inputFailed(failure)
        case .rowEnded: break
        case .asked(let request):
            guard request > .goOn else { return }
            run.stop(.asked, aborts: request == .abort)
            if request == .abort {
                group.cancelAll()
            } else {
                group.addTask { .asked(await control.change()) }
                let grace = options.grace
                group.addTask {
                    try? await Task.sleep(for: grace)
                    return .graceOver
                }
            }
        case .deadline:
            if options.deadline.map({ ContinuousClock.now >= $0 }) ?? false {
                run.stop(.deadline, aborts: true)
                group.cancelAll()
            }
        case .graceOver:
            run.stop(.asked, aborts: true)
            group.cancelAll()
        }
    }
}
