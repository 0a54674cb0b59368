import Basics
package import DSPyCore

/// Runs a program and shows what it does, event by event, as fast as the view takes them.
package enum StreamedRun {
    /// The prediction, the same as without a view.
    ///
    /// - Throws: what the run throws, after the view has shown it; and what the view throws when nobody looks any more.
    package static func predict(
        _ module: any Module, _ inputs: ValueDict, _ context: RunContext, _ labels: NodeNames, _ view: any RunView
    ) async throws -> Prediction {
        let channel = StreamChannel<RunEvent>()
        var context = context
        context.observer = RunObserver(targets: labels.targets, isOpen: true) { event in
            if event.isShown { try await channel.send(event) }
        }
        let watched = context
        try await view.begin()
        return try await withThrowingTaskGroup(of: Prediction.self) { group in
            group.addTask {
                defer { channel.finish(.success(())) }
                return try await module.call(inputs, in: watched)
            }
            do {
                while let event = try await channel.next() { try await view.take(event) }
            } catch is CancellationError {
                // The run ends by itself; how it ended is told below.
                channel.close()
            } catch {
                // Nobody looks any more: the calls are not needed.
                channel.close()
                group.cancelAll()
                throw error
            }
            let outcome: Result<Prediction, any Error>
            do {
                guard let prediction = try await group.next() else { throw CancellationError() }
                outcome = .success(prediction)
            } catch {
                outcome = .failure(error)
            }
            try await view.end(outcome)
            return try outcome.get()
        }
    }
}

extension RunEvent {
    /// Whether some view shows it.
    package var isShown: Bool {
        switch self {
        case .callStart, .callEnd, .field, .model(_, .restart), .toolStart, .toolEnd, .custom: true
        case .moduleStart, .moduleEnd, .lmStart, .lmEnd, .model: false
        }
    }
}
