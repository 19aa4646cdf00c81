import HybridKVKernels
import KVFacts
import KVNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How the next token is chosen from the logits.
public struct SamplingOptions: Sendable, Hashable {
    /// 0 takes the most probable token; above 0 draws, the more evenly the higher.
    public var temperature: Double
    /// Draws among this many of the most probable tokens; 0 for all.
    public var topK: Int
    /// Draws among the most probable tokens that together reach this probability.
    public var topP: Double
    /// Where the stream of random numbers starts.
    public var seed: UInt64

    /// Greedy unless told otherwise.
    public init(temperature: Double = 0, topK: Int = 0, topP: Double = 1, seed: UInt64 = 0) {
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.seed = seed
    }
}

/// Chooses tokens. All memory is reserved at init.
struct Sampler: ~Copyable {
    private let options: SamplingOptions
    private let kernels: Compute
    private let probabilities: FloatMatrix  // [1, vocabulary]
    private var candidates: [Int32]  // [vocabulary], a heap while drawing
    private var random: SplitMix64

    init(options: SamplingOptions, vocabulary: Int, compute: Compute) {
        self.options = options
        kernels = compute
        probabilities = FloatMatrix(rows: 1, columns: vocabulary)
        candidates = Array(repeating: 0, count: options.temperature > 0 ? vocabulary : 0)
        random = SplitMix64(seed: options.seed)
    }

    /// The chosen token, its log-probability at temperature 1, and the most probable tokens; nil when the logits are
    /// no numbers. A forced token is taken whatever the logits say, and draws nothing from the random stream.
    mutating func choose(
        _ logits: FloatRows, forcing forced: Int32? = nil
    ) -> (token: Int32, logprob: Float, top: TopTokens)? {
        let values = logits.row(0)
        let top = Sampler.top(values, count: logits.columns)
        guard top.first.token >= 0 else { return nil }
        let largest = values[Int(top.first.token)]
        guard largest.isFinite else { return nil }
        let row = probabilities.all.row(0)
        row.update(from: values, count: logits.columns)
        kernels.kernels.softmax(row, logits.columns, 1)
        // log p = x - max - log sum exp(x - max); the softmax of the largest is 1 / sum.
        let logSum = -log(row[Int(top.first.token)])
        guard logSum.isFinite else { return nil }
        var named = top
        for place in 0..<5 { named[place].logprob = named[place].logprob - largest - logSum }
        let token: Int32 =
            if let forced {
                forced
            } else if options.temperature > 0 {
                draw(values, count: logits.columns, largest: largest)
            } else {
                top.first.token
            }
        return (token, values[Int(token)] - largest - logSum, named)
    }

    /// The five largest logits, ties to the smaller id.
    private static func top(_ values: UnsafePointer<Float>, count: Int) -> TopTokens {
        var top = TopTokens()
        for index in 0..<count where values[index] > top.fifth.logprob {
            var place = 4
            while place > 0, values[index] > top[place - 1].logprob {
                top[place] = top[place - 1]
                place -= 1
            }
            top[place] = TopTokens.Candidate(token: Int32(index), logprob: values[index])
        }
        return top
    }

    /// Draws with temperature, top-k and top-p, in this order as Hugging Face's warpers do.
    private mutating func draw(_ values: UnsafePointer<Float>, count: Int, largest: Float) -> Int32 {
        let row = probabilities.all.row(0)
        // Divided in double: a temperature that f32 rounds to 0 still takes the most probable token.
        for index in 0..<count {
            row[index] = Float(Double(values[index] - largest) / options.temperature)
        }
        kernels.kernels.softmax(row, count, 1)
        for index in 0..<count { candidates[index] = Int32(index) }
        // The best candidates move to the end of the heap's array, one after the other: all of top-k, or without it
        // as many as top-p asks for.
        var rest = count
        for place in stride(from: count / 2 - 1, through: 0, by: -1) { siftDown(place, rest, row) }
        let limit = options.topK > 0 ? min(options.topK, count) : count
        var mass = 0.0
        var taken = 0
        while taken < limit, options.topK > 0 || mass < options.topP || taken == 0 {
            rest -= 1
            candidates.swapAt(0, rest)
            siftDown(0, rest, row)
            mass += Double(row[Int(candidates[rest])])
            taken += 1
        }
        // Top-p of what top-k left over.
        if options.topK > 0, options.topP < 1 {
            (mass, taken) = nucleus(of: taken, mass: mass, count: count, row)
        }
        var remaining = Double(random.next() >> 11) * 0x1p-53 * mass
        for place in 1...taken {
            remaining -= Double(row[Int(candidates[count - place])])
            if remaining < 0 { return candidates[count - place] }
        }
        return candidates[count - taken]
    }

    /// The shortest beginning of the `taken` best candidates that holds top-p of their mass.
    private func nucleus(
        of taken: Int, mass: Double, count: Int, _ row: UnsafePointer<Float>
    ) -> (mass: Double, taken: Int) {
        var sum = 0.0
        for place in 1...taken {
            sum += Double(row[Int(candidates[count - place])])
            if sum >= options.topP * mass { return (sum, place) }
        }
        return (mass, taken)
    }

    /// Keeps the most probable candidate of `candidates[..<end]` on top; ties to the smaller id.
    private mutating func siftDown(_ start: Int, _ end: Int, _ row: UnsafePointer<Float>) {
        Heap.siftDown(&candidates, from: start, end: end) { left, right in
            let (first, second) = (row[Int(left)], row[Int(right)])
            return first > second || (first == second && left < right)
        }
    }
}

extension TopTokens {
    /// The candidates by place, 0...4.
    subscript(place: Int) -> Candidate {
        get {
            switch place {
            case 0: first
            case 1: second
            case 2: third
            case 3: fourth
            default: fifth
            }
        }
        set {
            switch place {
            case 0: first = newValue
            case 1: second = newValue
            case 2: third = newValue
            case 3: fourth = newValue
            default: fifth = newValue
            }
        }
    }
}
