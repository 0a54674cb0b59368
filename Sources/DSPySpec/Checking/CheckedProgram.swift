package import DSPy
package import OrderedJSON

/// A program whose names and types hold: what it takes, what it gives, and how its nodes hang together.
package struct CheckedProgram: Sendable {
    /// The program's name.
    package let name: String
    /// What it is for.
    package let description: String?
    /// DSPy's settings.
    package let settings: Settings
    /// What it takes, in the order in which its nodes ask.
    package let inputs: [Port]
    /// What it gives.
    package let outputs: [Port]
    /// Its node.
    package let root: CheckedNode
    /// Which outputs it returns, name and path; nil for the node's own.
    package let selected: [Binding]?
    /// Inputs with what to expect.
    package let tests: [ProgramSpec.Test]
}

/// A name and the path it is bound to.
package struct Binding: Sendable, Hashable {
    /// The name.
    package let name: String
    /// Where the value is found in the scope.
    package let path: [String]
}

/// A checked node.
package struct CheckedNode: Sendable {
    /// What a node is.
    package indirect enum Kind: Sendable {
        /// One module call.
        case predictor(CheckedPredictor)
        /// Nodes one after another.
        case steps([CheckedNode])
        /// Nodes at the same time; named or merged.
        case branches([CheckedNode], areNamed: Bool)
        /// Another program.
        case program(CheckedProgram)
    }

    /// What it is.
    package let kind: Kind
    /// The name by which others refer to it; for a named branch, the branch's name.
    package let name: String?
    /// What it takes.
    package let inputs: [Port]
    /// What it gives.
    package let outputs: [Port]
    /// Where each input comes from in the scope around it.
    package let bindings: [Binding]
}

/// A module call with all that enclosing nodes say.
package struct CheckedPredictor: Sendable {
    /// The module's name, `Predict` or `ChainOfThought`.
    package let module: String
    /// The signature as it is written, without reasoning.
    package let signature: Signature
    /// Examples.
    package let demos: [ValueDict]
    /// LM keyword arguments.
    package let config: JSONObject
    /// Its model, if one is named here or around.
    package let lm: LMSpec?
    /// Its adapter, if one is named here or around.
    package let adapter: AdapterSpec?

    /// The signature as prompts show it.
    package var promptSignature: Signature {
        module == "ChainOfThought" ? ChainOfThought.extended(signature) : signature
    }
}
