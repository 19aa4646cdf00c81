/// A KV head of one layer: the unit that is classified, given a budget, pruned or served by retrieval.
///
/// Under grouped-query attention several query heads share one KV head; they never have a `HeadID` of their own.
public struct HeadID: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    /// The decoder layer, counted from 0.
    public let layer: Int
    /// The KV head inside the layer, counted from 0.
    public let head: Int

    /// Names head `head` of layer `layer`.
    public init(layer: Int, head: Int) {
        self.layer = layer
        self.head = head
    }

    /// Layers first, then heads.
    public static func < (left: HeadID, right: HeadID) -> Bool {
        (left.layer, left.head) < (right.layer, right.head)
    }

    /// `L03/kv1`, the form that screens, messages and commands use.
    public var description: String {
        "L\(layer < 10 ? "0" : "")\(layer)/kv\(head)"
    }
}

/// What the cache does with a head during decoding.
public enum HeadClass: String, Sendable, Hashable, Codable, CaseIterable {
    /// Pruned once, when decoding begins; what was dropped is gone.
    case `static`
    /// The whole prompt stays in the offloaded tier; chunks are retrieved at every step.
    case dynamic
    /// Every row stays resident: the head of a full cache, or one that was forced to be full.
    case full
}
