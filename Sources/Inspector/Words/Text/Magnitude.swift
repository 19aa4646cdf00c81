import KVFacts

/// How much of something there is, in steps.
package enum Magnitude {
    /// 0...9 for a share in 0...1.
    package static func digit(_ share: Double) -> String { String(level(share, of: 10)) }

    /// One of `count` equal steps for a share in 0...1; 0 only for the lowest step.
    package static func level(_ share: Double, of count: Int) -> Int {
        guard share.isFinite else { return 0 }
        return min(count - 1, max(0, Int(share * Double(count))))
    }
}
