/// What a streamed program gives.
public enum StreamItem: Sendable {
    /// More of a field that is listened to.
    case response(StreamResponse)
    /// The chunks of a field so far are void: the model is asked again.
    case reset(StreamReset)
    /// A word on what the program does.
    case status(StatusMessage)
    /// A piece of a model's answer as it came in, when there are no listeners.
    case chunk(StreamChunk)
    /// What a module of one's own sent with `RunContext.emit`.
    case custom(String)
    /// What the program answered; the last item.
    case prediction(Prediction)
}
