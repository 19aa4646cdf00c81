import KVFacts

/// What the making of each recent token read, in a ring of fixed size.
struct TokenReadLog {
    private let capacity: Int
    private let segments: Int
    private var steps: [Int]  // [capacity]
    private var shares: [Float]  // [capacity, segments + 1]
    private var topTokens: [Int32]  // [capacity, topCount]
    private var topShares: [Float]  // [capacity, topCount]
    private var count = 0

    /// How many prompt tokens are named for each step.
    static let topCount = 8

    init(capacity: Int, segments: Int) {
        self.capacity = capacity
        self.segments = segments
        steps = Array(repeating: -1, count: capacity)
        shares = Array(repeating: 0, count: capacity * (segments + 1))
        topTokens = Array(repeating: -1, count: capacity * Self.topCount)
        topShares = Array(repeating: 0, count: capacity * Self.topCount)
    }

    /// Adds a step: what each segment received, and the tokens that received most.
    mutating func append(
        step: Int, received: UnsafePointer<Float>, tokens: Int, segmentShare: (Int) -> Float
    ) {
        let place = count % capacity
        count += 1
        steps[place] = step
        for segment in 0...segments { shares[place * (segments + 1) + segment] = segmentShare(segment) }
        let first = place * Self.topCount
        for rank in 0..<Self.topCount {
            topTokens[first + rank] = -1
            topShares[first + rank] = 0
        }
        for token in 0..<tokens where received[token] > topShares[first + Self.topCount - 1] {
            var rank = Self.topCount - 1
            while rank > 0, received[token] > topShares[first + rank - 1] {
                topShares[first + rank] = topShares[first + rank - 1]
                topTokens[first + rank] = topTokens[first + rank - 1]
                rank -= 1
            }
            topShares[first + rank] = received[token]
            topTokens[first + rank] = Int32(token)
        }
    }

    /// The remembered steps, oldest first.
    var entries: [TokenRead] {
        (max(0, count - capacity)..<count).map { number in
            let place = number % capacity
            let ranks = place * Self.topCount..<(place + 1) * Self.topCount
            return TokenRead(
                step: steps[place],
                attentionBySegment: Array(shares[place * (segments + 1)..<(place + 1) * (segments + 1)]),
                top: ranks.filter { topTokens[$0] >= 0 }.map {
                    TokenRead.Source(tokenIndex: Int(topTokens[$0]), attention: topShares[$0])
                })
        }
    }
}
