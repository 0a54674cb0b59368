/// The Python side of the interpreter: what `python3 -c` runs.
enum PythonLauncher {
    /// Speaks JSON lines over the descriptors that were its standard input and output.
    ///
    /// First it shuts itself in: a memory limit, a network namespace without a network, Landlock rules for files where the
    /// kernel has them, and an audit hook that refuses what is left. Then it says what holds (`ready`) and serves `execute`.
    static let source = String(decoding: PackageResources.launcher_py, as: UTF8.self)
}
