/// Merges the bytes of one word into tokens, lowest rank first (byte-level BPE).
struct BytePairEncoder: Sendable {
    /// What two neighbouring tokens become.
    struct Merge: Sendable {
        /// Place in the merge list; lower merges first.
        let rank: Int32
        let token: Int32
    }

    /// The token of each byte value; 256 entries.
    private let byteTokens: [Int32]
    /// Left token << 32 | right token to their merge.
    private let merges: [UInt64: Merge]
    /// Words that are tokens as they stand; only filled when the file says `ignore_merges`.
    private let wholeWords: [[UInt8]: Int32]

    init(byteTokens: [Int32], merges: [UInt64: Merge], wholeWords: [[UInt8]: Int32]) {
        precondition(byteTokens.count == 256, "every byte value needs a token")
        self.byteTokens = byteTokens
        self.merges = merges
        self.wholeWords = wholeWords
    }

    package static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    /// Appends the tokens of `word` to `tokens`. Ties of rank go to the leftmost pair, as in tokenizers.
    /// - Complexity: O(bytes · log bytes).
    func encode(_ word: [UInt8], into tokens: inout [Int32]) {
        if !wholeWords.isEmpty, let token = wholeWords[word] {
            tokens.append(token)
            return
        }
        guard word.count > 1 else {
            tokens += word.map { byteTokens[Int($0)] }
            return
        }
        var symbols = SymbolList(word.map { byteTokens[Int($0)] })
        var queue = MergeQueue()
        for place in 0..<word.count - 1 { propose(place, symbols, &queue) }
        while let candidate = queue.popFirst() {
            // A neighbour may have merged since the candidate was proposed.
            guard let pair = symbols.pair(at: candidate.place), merges[pair]?.token == candidate.token else {
                continue
            }
            symbols.merge(at: candidate.place, into: candidate.token)
            if let previous = symbols.previous(of: candidate.place) { propose(previous, symbols, &queue) }
            propose(candidate.place, symbols, &queue)
        }
        symbols.appendTokens(to: &tokens)
    }

    private func propose(_ place: Int, _ symbols: SymbolList, _ queue: inout MergeQueue) {
        guard let pair = symbols.pair(at: place), let merge = merges[pair] else { return }
        queue.insert(MergeQueue.Candidate(rank: merge.rank, place: place, token: merge.token))
    }
}

/// The symbols of a word as a doubly linked list over the places of its first bytes.
private struct SymbolList {
    private static let none = -1

    private var tokens: [Int32]
    /// Place of the next symbol; `tokens.count` behind the last; `none` for a merged-away place.
    private var next: [Int]
    private var previous: [Int]

    init(_ tokens: [Int32]) {
        self.tokens = tokens
        next = Array(1...tokens.count)
        previous = Array(-1..<tokens.count - 1)
    }

    /// The symbol at `place` and its right neighbour as a merge key.
    func pair(at place: Int) -> UInt64? {
        let right = next[place]
        guard right != Self.none, right < tokens.count else { return nil }
        return BytePairEncoder.key(tokens[place], tokens[right])
    }

    func previous(of place: Int) -> Int? { previous[place] == Self.none ? nil : previous[place] }

    /// Replaces the symbol at `place` and its right neighbour by one.
    mutating func merge(at place: Int, into token: Int32) {
        let right = next[place]
        tokens[place] = token
        next[place] = next[right]
        if next[right] < tokens.count { previous[next[right]] = place }
        next[right] = Self.none
    }

    func appendTokens(to result: inout [Int32]) {
        var place = 0
        while place < tokens.count {
            result.append(tokens[place])
            place = next[place]
        }
    }
}

/// A binary heap of possible merges: lowest rank first, then leftmost.
private struct MergeQueue {
    struct Candidate {
        let rank: Int32
        let place: Int
        let token: Int32

        func precedes(_ other: Candidate) -> Bool { (rank, place) < (other.rank, other.place) }
    }

    private var heap: [Candidate] = []

    mutating func insert(_ candidate: Candidate) {
        heap.append(candidate)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func popFirst() -> Candidate? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].precedes(heap[least]) { least = child }
            }
            guard least != parent else { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
