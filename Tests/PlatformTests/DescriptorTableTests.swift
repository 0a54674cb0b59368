import Foundation
import TestSupport
import Testing

@testable import Platform

#if os(Linux)
    import Glibc

    /// Room for descriptors.
    @Suite struct DescriptorTableTests {
        private func size() throws -> Int {
            let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix("FDSize:") }
            return Int(line?.split(whereSeparator: { $0.isWhitespace }).last ?? "") ?? 0
        }

        private func isOpen(_ descriptor: Int32) -> Bool { fcntl(descriptor, F_GETFD) >= 0 }

        @Test("the table has room before connections need it, and nothing stays open for that")
        func reserve() throws {
            DescriptorTable.reserve(3000)
            #expect(try size() >= 3064)
            #expect(!isOpen(3064))
        }

        @Test("what is no number of connections harms nothing", arguments: [-1, 0, Int.max])
        func extremes(count: Int) throws {
            DescriptorTable.reserve(count)
            #expect(try size() >= 64)
        }
    }
#endif
