/// The chunks that a dynamic head reads from, after a step.
public struct ChosenChunks: Sendable, Hashable {
    /// Which head.
    public let head: HeadID
    /// Resident chunks, ascending.
    public let chunks: [Int]
    /// Those of them that the last step loaded, ascending.
    public let loaded: [Int]

    /// States every part.
    package init(head: HeadID, chunks: [Int], loaded: [Int]) {
        self.head = head
        self.chunks = chunks
        self.loaded = loaded
    }
}
