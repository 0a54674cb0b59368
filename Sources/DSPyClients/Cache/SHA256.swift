/// SHA-256, FIPS 180-4.
enum SHA256 {
    /// The eight words of the digest, the first one first.
    typealias Digest = SIMD8<UInt32>

    /// The digest of bytes.
    static func digest(of bytes: [UInt8]) -> Digest {
        bytes.withUnsafeBytes { digest(of: $0) }
    }

    /// The digest of bytes.
    static func digest(of bytes: UnsafeRawBufferPointer) -> Digest { digest(of: bytes, after: start, count: 0) }

    /// The state after whole blocks at the start of a message, from where ``digest(of:after:count:)`` goes on.
    static func state(
        after blocks: UnsafeRawBufferPointer, library: SHA256Library? = SHA256Library.transform
    ) -> Digest {
        var state = start
        if let library {
            library.read(blocks, into: &state)
        } else {
            withSchedule { schedule, constants in compress(blocks, into: &state, schedule, constants) }
        }
        return state
    }

    /// The digest of a message of which `count` bytes, whole blocks, have been read, and which ends with these bytes.
    static func digest(of bytes: UnsafeRawBufferPointer, after blocks: Digest, count: Int) -> Digest {
        var state = blocks
        let whole = bytes.count & ~63
        let blocks = UnsafeRawBufferPointer(rebasing: bytes[..<whole])
        let total = count + bytes.count
        if let library = SHA256Library.transform {
            library.read(blocks, into: &state)
            withTail(of: bytes, from: whole, messageCount: total) { library.read($0, into: &state) }
            return state
        }
        withSchedule { schedule, constants in
            compress(blocks, into: &state, schedule, constants)
            withTail(of: bytes, from: whole, messageCount: total) { compress($0, into: &state, schedule, constants) }
        }
        return state
    }

    private static func withSchedule(_ body: (UnsafeMutablePointer<UInt32>, UnsafePointer<UInt32>) -> Void) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
            constants.withUnsafeBufferPointer { constants in
                guard let schedule = schedule.baseAddress, let constants = constants.baseAddress else { return }
                body(schedule, constants)
            }
        }
    }

    /// What is left of the message, with its padding: one block or two.
    private static func withTail(
        of bytes: UnsafeRawBufferPointer, from whole: Int, messageCount: Int, _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        let rest = bytes.count - whole
        let count = rest < 56 ? 64 : 128
        withUnsafeTemporaryAllocation(byteCount: count, alignment: 8) { tail in
            tail.initializeMemory(as: UInt8.self, repeating: 0)
            tail.copyBytes(from: bytes[whole...])
            tail[rest] = 0x80
            tail.storeBytes(of: UInt64(messageCount * 8).bigEndian, toByteOffset: count - 8, as: UInt64.self)
            body(UnsafeRawBufferPointer(tail))
        }
    }

    /// Reads whole blocks.
    private static func compress(
        _ blocks: UnsafeRawBufferPointer, into state: inout Digest, _ schedule: UnsafeMutablePointer<UInt32>,
        _ constants: UnsafePointer<UInt32>
    ) {
        for start in stride(from: 0, to: blocks.count, by: 64) {
            compress(
                block: UnsafeRawBufferPointer(rebasing: blocks[start..<start + 64]), into: &state, schedule, constants)
        }
    }

    private static func compress(
        block: UnsafeRawBufferPointer, into state: inout Digest, _ schedule: UnsafeMutablePointer<UInt32>,
        _ constants: UnsafePointer<UInt32>
    ) {
        for place in 0..<16 {
            schedule[place] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: place &* 4, as: UInt32.self))
        }
        for place in 16..<64 {
            let early = schedule[place &- 15]
            let late = schedule[place &- 2]
            let sigma0 = rotated(early, 7) ^ rotated(early, 18) ^ (early &>> 3)
            let sigma1 = rotated(late, 17) ^ rotated(late, 19) ^ (late &>> 10)
            schedule[place] = schedule[place &- 16] &+ sigma0 &+ schedule[place &- 7] &+ sigma1
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        var place = 0
        // Eight rounds each time: after them every variable is itself again, and nothing has to be moved.
        while place < 64 {
            round(a, b, c, &d, e, f, g, &h, constants[place] &+ schedule[place])
            round(h, a, b, &c, d, e, f, &g, constants[place &+ 1] &+ schedule[place &+ 1])
            round(g, h, a, &b, c, d, e, &f, constants[place &+ 2] &+ schedule[place &+ 2])
            round(f, g, h, &a, b, c, d, &e, constants[place &+ 3] &+ schedule[place &+ 3])
            round(e, f, g, &h, a, b, c, &d, constants[place &+ 4] &+ schedule[place &+ 4])
            round(d, e, f, &g, h, a, b, &c, constants[place &+ 5] &+ schedule[place &+ 5])
            round(c, d, e, &f, g, h, a, &b, constants[place &+ 6] &+ schedule[place &+ 6])
            round(b, c, d, &e, f, g, h, &a, constants[place &+ 7] &+ schedule[place &+ 7])
            place &+= 8
        }
        state = state &+ Digest(a, b, c, d, e, f, g, h)
    }

    @inline(__always)
    private static func round(
        _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32,
        _ h: inout UInt32, _ word: UInt32
    ) {
        h = h &+ (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) &+ (g ^ (e & (f ^ g))) &+ word
        d = d &+ h
        h = h &+ (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ ((a & b) | (c & (a | b)))
    }

    @inline(__always)
    private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
        (word &>> count) | (word &<< (32 &- count))
    }

    private static let start = Digest(
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19)

    private static let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
