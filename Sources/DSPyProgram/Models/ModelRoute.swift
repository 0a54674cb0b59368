import Platform
import Transport
import DSPyCore
package import DSPyClients
import DSPySpec
package import DSPyTools
package import OrderedJSON

/// Where the calls of a model go and what they take along, worked out before anything is made.
package struct ModelRoute: Sendable {
    /// `provider/model`; nil for the default model where none is known.
    package let name: String?
    /// Where it is, and who says so.
    package let address: ModelAddress
    /// The options as they were written, without the address.
    package let written: JSONObject
    /// The options with the values of variables in their places.
    package let options: JSONObject
    /// The values of variables that no message may show.
    package let values: [String]
    /// Variables that are not set, with the option that wants each.
    package let missing: [(variable: String, option: String)]
    /// What must be allowed before it is asked.
    package let needs: [Need]
    /// Variables that it reads without a grant: its provider's own keys, for its own server.
    package let ownKeys: [String]

    /// The address for a factory: what is granted is as good as named by the user.
    package func address(allowedBy grants: Grants) -> ModelAddress {
        guard case .stranger(let text) = address, needs.allSatisfy({ grants.allows($0.capability) }) else {
            return address
        }
        return .user(text)
    }
}
