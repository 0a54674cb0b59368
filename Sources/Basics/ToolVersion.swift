/// The version of this package, which the command line prints and servers are told.
package enum ToolVersion {
    package static let text = "0.1.0"
}
