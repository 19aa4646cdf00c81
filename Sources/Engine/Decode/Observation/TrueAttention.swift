import HybridKVKernels
import KVFacts
import KVNumerics

/// The attention that a head's queries of the last step pay when every row of the prompt is there: those of the exact
/// prefill, and the session's own generated rows.
///
/// Costs one token's attention over the whole prompt.
package struct TrueAttention: ~Copyable {
    /// Softmax of every query head of the group, [group, N + generated].
    package let probabilities: FloatMatrix
    private let tokenCount: Int
    private let queries: FloatRows  // [group, d]
    private let kernel: PackedAttention

    /// - Parameters:
    ///   - truth: every key and value of the prompt, as the prefill left them.
    ///   - index: the head's place among all heads, layer by layer.
    package init(
        of head: HeadCache, at index: Int, truth: RowStore, observer: SessionObserver, tokenCount: Int,
        compute: Compute
    ) {
        let geometry = observer.geometry
        let dimension = geometry.headDimension
        let group = geometry.groupSize
        let layer = index / geometry.kvHeads
        self.tokenCount = tokenCount
        queries = FloatRows(
            base: observer.queries.all.row(layer) + index % geometry.kvHeads * group * dimension, rows: group,
            columns: dimension, stride: dimension)
        kernel = PackedAttention(
            kernels: compute.kernels, dimension: dimension, type: truth.format.kernelType)
        let columns = tokenCount + head.generatedRows
        probabilities = FloatMatrix(rows: group, columns: columns)
        kernel.score(queries, store: truth, first: 0, count: tokenCount, into: probabilities.all, column: 0)
        kernel.score(
            queries, store: head.resident, first: head.promptRows, count: head.generatedRows,
            into: probabilities.all, column: tokenCount)
        for query in 0..<group {
            compute.kernels.softmax(probabilities.all.row(query), columns, kernel.scale)
        }
    }

    /// Mean over the group of every row, [N + generated].
    package func mean() -> [Double] {
        let rows = probabilities.all
        return (0..<rows.columns).map { column in
            (0..<rows.rows).reduce(0.0) { $0 + Double(rows.row($1)[column]) } / Double(rows.rows)
        }
    }

    /// Share of the mass that the head's resident rows cover, mean over the group.
    package func covered(by head: HeadCache) -> Double {
        guard head.promptRows < tokenCount else { return 1 }
        var covered = 0.0
        for query in 0..<probabilities.all.rows {
            let line = probabilities.all.row(query)
            head.forEachPromptToken { covered += Double(line[$0]) }
            for column in tokenCount..<probabilities.all.columns { covered += Double(line[column]) }
        }
        return min(1, covered / Double(probabilities.all.rows))
    }

    /// |o_all - o_resident| / |o_all| over the outputs of the group; 0 when the rows are the same.
    package func outputError(of head: HeadCache, truth: RowStore, compute: Compute) -> Double {
        let (group, dimension) = (queries.rows, queries.columns)
        let all = FloatMatrix(rows: group, columns: dimension)
        kernel.accumulate(
            probabilities.all, column: 0, store: truth, first: 0, count: tokenCount, into: all.all)
        kernel.accumulate(
            probabilities.all, column: tokenCount, store: head.resident, first: head.promptRows,
            count: head.generatedRows, into: all.all)
        let resident = FloatMatrix(rows: group, columns: dimension)
        let table = FloatMatrix(rows: group, columns: max(1, head.residentRows))
        kernel.attend(head, queries, into: resident.all, table: table.all)
        var (difference, whole) = (0.0, 0.0)
        for query in 0..<group {
            for channel in 0..<dimension {
                let exact = Double(all.all.row(query)[channel])
                let error = exact - Double(resident.all.row(query)[channel])
                difference += error * error
                whole += exact * exact
            }
        }
        return whole > 0 ? (difference / whole).squareRoot() : 0
    }
}
