import KVMethods
import KVNumerics

/// Adds up the queries of a prompt before rotation, for their mean and covariance.
final class QueryMoments: @unchecked Sendable {
    // Safety: every part of `add` writes the entries of its own query head only.

    private let queryHeads: Int
    private let dimension: Int
    private var count = 0
    private let sums: UnsafeMutablePointer<Double>  // [layers, queryHeads, d]
    private let products: UnsafeMutablePointer<Double>  // [layers, queryHeads, d, d]
    private let heads: Int

    init(layers: Int, queryHeads: Int, dimension: Int) {
        self.queryHeads = queryHeads
        self.dimension = dimension
        heads = layers * queryHeads
        sums = .allocate(capacity: heads * dimension)
        sums.initialize(repeating: 0, count: heads * dimension)
        products = .allocate(capacity: heads * dimension * dimension)
        products.initialize(repeating: 0, count: heads * dimension * dimension)
    }

    deinit {
        sums.deallocate()
        products.deallocate()
    }

    /// Adds rotated queries of a layer, [tokens, queryHeads * d], whose rotation is given row by row, [tokens, d / 2].
    func add(
        layer: Int, tokens: Range<Int>, queries: FloatRows, cosine: FloatRows, sine: FloatRows,
        compute: Compute
    ) {
        let rows = tokens.enumerated().filter { $0.element >= QueryStatistics.firstToken }.map(\.offset)
        if layer == 0 { count += rows.count }
        compute.parallel(queryHeads) { head, _ in
            let place = layer * queryHeads + head
            let sum = sums + place * dimension
            let product = products + place * dimension * dimension
            var query = [Double](repeating: 0, count: dimension)
            for row in rows {
                let line = queries.row(row) + head * dimension
                let half = dimension / 2
                for channel in 0..<half {
                    // The rotation by the opposite angle.
                    let (c, s) = (Double(cosine.row(row)[channel]), Double(sine.row(row)[channel]))
                    let (low, high) = (Double(line[channel]), Double(line[channel + half]))
                    query[channel] = low * c + high * s
                    query[channel + half] = high * c - low * s
                }
                for channel in 0..<dimension {
                    sum[channel] += query[channel]
                    let out = product + channel * dimension
                    for other in 0..<dimension { out[other] += query[channel] * query[other] }
                }
            }
        }
    }

    /// Mean and covariance of what was added.
    func statistics() -> QueryStatistics {
        let number = Double(max(1, count))
        let mean = (0..<heads * dimension).map { sums[$0] / number }
        let size = dimension * dimension
        let covariance = (0..<heads * size).map { place in
            let (head, entry) = (place / size, place % size)
            let left = mean[head * dimension + entry / dimension]
            return products[place] / number - left * mean[head * dimension + entry % dimension]
        }
        return QueryStatistics(tokens: count, dimension: dimension, mean: mean, covariance: covariance)
    }
}
