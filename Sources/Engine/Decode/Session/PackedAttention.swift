import HybridKVKernels
import KVNumerics

/// Exact softmax attention of the query heads of one group over the rows of their KV head.
///
/// Queries are packed [queries, dimension]: the group's query heads of one token follow one another. Rows may come in
/// several runs; a run's scores, and its contribution to the values, are the same wherever the runs were cut, so
/// attention over chunks in ascending order equals attention over contiguous rows bit for bit.
struct PackedAttention {
    let kernels: hkv_kernels
    let dimension: Int
    let type: hkv_type

    /// 1 / sqrt(d).
    var scale: Float { 1 / Float(dimension).squareRoot() }

    /// scores[queries, count] of rows `first ..< first + count` of a store, written from column `column` on.
    func score(
        _ queries: FloatRows, store: RowStore, first: Int, count: Int, into scores: FloatRows, column: Int
    ) {
        kernels.matmul_nt(
            queries.rows, count, dimension, queries.base, queries.stride, store.key(first), type, dimension,
            nil,
            scores.base + column, scores.stride)
    }

    /// out[queries, dimension] += probabilities of columns `column ..< column + count` times the rows' values.
    func accumulate(
        _ probabilities: FloatRows, column: Int, store: RowStore, first: Int, count: Int, into out: FloatRows
    ) {
        kernels.accumulate(
            probabilities.rows, count, dimension, probabilities.base + column, probabilities.stride,
            store.value(first), type, dimension, out.base, out.stride)
    }
}

extension PackedAttention {
    /// Attention over all resident rows of a head; `table` receives its probabilities in the order of the head's runs.
    func attend(_ head: HeadCache, _ queries: FloatRows, into out: FloatRows, table: FloatRows) {
        var column = 0
        for run in head.runs {
            score(
                queries, store: head.resident, first: run.row, count: run.count, into: table, column: column)
            column += run.count
        }
        for query in 0..<queries.rows {
            kernels.softmax(table.row(query), column, scale)
            out.row(query).update(repeating: 0, count: dimension)
        }
        column = 0
        for run in head.runs {
            accumulate(
                table, column: column, store: head.resident, first: run.row, count: run.count, into: out)
            column += run.count
        }
    }
}
