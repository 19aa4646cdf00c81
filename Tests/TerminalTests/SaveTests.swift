import TerminalEmulator
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension RealTerminalTests {
    /// What happens to a file that a person asked for is said, and is nobody else's business.
    @Suite struct SaveTests {
        @Test func aFailedWriteLeavesTheComparisonAlone() throws {
            let terminal = try PseudoTerminal(["inspect", "--pace", "0"])
            terminal.waitForMap()
            #expect(terminal.wait { terminal.text.contains("kv0 cls") }, "no plan:\n\(terminal.text)")
            // In one write, so that the comparison is still being asked for when the file fails.
            terminal.type("5:save /nonexistent/x\r")
            #expect(terminal.waitForOutput("/nonexistent/x was not written: "))
            let isCompared = terminal.wait { terminal.text.contains("compare step") }
            #expect(isCompared, "the comparison is gone:\n\(terminal.text)")
            #expect(!terminal.text.contains("refused"))
            terminal.type("q")
            #expect(terminal.waitForEnd() != nil)
            terminal.expectRestored()
        }

        @Test func aWrittenFileIsSaidAndHoldsTheScreen() throws {
            let path = "/tmp/kvscope-save-\(getpid()).txt"
            defer { unlink(path) }
            let terminal = try PseudoTerminal()
            terminal.waitForMap()
            terminal.type(":save \(path)\r")
            #expect(terminal.waitForOutput("wrote \(path)"))
            let file = try #require(fopen(path, "r"))
            defer { fclose(file) }
            var bytes = [UInt8](repeating: 0, count: 20_000)
            let count = fread(&bytes, 1, bytes.count, file)
            #expect(String(decoding: bytes[..<count], as: UTF8.self).contains("[1 Map]"))
        }
    }
}
