/// What `models` shows of a provider; never a key.
package struct ProviderListing: Sendable, Hashable {
    /// The prefix in `provider/model`.
    package var name: String
    /// The address requests go to, environment included; empty when one must be given.
    package var baseURL: String
    /// The variable that holds the key, or the one to set; nil for a server that needs none.
    package var keyVariable: String?
    /// Whether a key is there.
    package var hasKey: Bool
    /// Whether it can be spoken to.
    package var isSupported: Bool
    /// The model that is taken when only its key is set.
    package var defaultModel: String?
}
