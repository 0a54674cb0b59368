package import DSPyCore
package import OrderedJSON

/// The way one family of providers writes requests and answers.
package protocol ModelDialect: Sendable {
    /// The path behind the provider's base address.
    var path: String { get }

    /// The bytes of the request body.
    ///
    /// - Parameters:
    ///   - request: The messages, and options on top of the defaults.
    ///   - model: The model as the provider names it.
    ///   - defaults: The model's own options.
    /// - Throws: `LMError` (`configuration`) when options contradict each other.
    func body(for request: LMRequest, model: String, defaults: JSONObject) throws(LMError) -> [UInt8]

    /// The answer in a body of status 200.
    ///
    /// - Throws: `LMError` for an error envelope, or `bad_reply` when the body is not this dialect.
    func response(from reply: JSON, options: JSONObject, model: String) throws(LMError) -> LMResponse

    /// The bytes of the body of a request whose answer is streamed.
    func streamBody(for request: LMRequest, model: String, defaults: JSONObject) throws(LMError) -> [UInt8]

    /// A reader of one streamed answer.
    func streamReader(options: JSONObject, model: String) -> any ModelStreamReader

    /// The answer in a body of status 200, if it is of a kind that can be read without the whole tree; else nil.
    func quickResponse(from body: [UInt8], options: JSONObject, model: String) -> LMResponse?
}

extension ModelDialect {
    /// Always by the tree.
    package func quickResponse(from body: [UInt8], options: JSONObject, model: String) -> LMResponse? { nil }
}
