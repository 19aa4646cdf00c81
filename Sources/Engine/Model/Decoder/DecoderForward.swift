import HybridKVKernels
import KVFiles
import KVNumerics

/// Scratch memory of the decoder for up to `rows` tokens at a time, all of it reserved at once.
package struct DecoderScratch: ~Copyable {
    package let hidden: FloatMatrix  // [rows, hidden]
    let normed: FloatMatrix  // [rows, hidden]
    package let queries: FloatMatrix  // [rows, queryHeads * d]
    package let keys: FloatMatrix, values: FloatMatrix  // [rows, kvHeads * d]
    package let attended: FloatMatrix  // [rows, queryHeads * d]
    let gate: FloatMatrix, up: FloatMatrix  // [rows, intermediate]
    package let cosine: FloatMatrix, sine: FloatMatrix  // [rows, d / 2]

    package init(rows: Int, config: DecoderConfig) {
        let queryWidth = config.queryHeads * config.headDimension
        let kvWidth = config.kvHeads * config.headDimension
        hidden = FloatMatrix(rows: rows, columns: config.hiddenSize)
        normed = FloatMatrix(rows: rows, columns: config.hiddenSize)
        queries = FloatMatrix(rows: rows, columns: queryWidth)
        keys = FloatMatrix(rows: rows, columns: kvWidth)
        values = FloatMatrix(rows: rows, columns: kvWidth)
        attended = FloatMatrix(rows: rows, columns: queryWidth)
        gate = FloatMatrix(rows: rows, columns: config.intermediateSize)
        up = FloatMatrix(rows: rows, columns: config.intermediateSize)
        cosine = FloatMatrix(rows: rows, columns: config.headDimension / 2)
        sine = FloatMatrix(rows: rows, columns: config.headDimension / 2)
    }
}

/// The parts of a layer that do not touch the cache; prefill and decode share them, so that a decode step equals the
/// same row of a prefill bit for bit.
extension Decoder {
    /// Computes rotated queries and keys, and values, of `rows` tokens from the hidden state.
    package func projectAttention(
        _ layer: DecoderLayer, rows: Int, scratch: borrowing DecoderScratch, _ compute: Compute
    ) {
        let normed = scratch.normed.rows(rows)
        compute.normalize(scratch.hidden.rows(rows), layer.inputNorm, into: normed)
        compute.project(normed, layer.query, into: scratch.queries.rows(rows))
        compute.project(normed, layer.key, into: scratch.keys.rows(rows))
        compute.project(normed, layer.value, into: scratch.values.rows(rows))
        for row in 0..<rows {
            let cosine = scratch.cosine.all.row(row)
            let sine = scratch.sine.all.row(row)
            rotate(scratch.queries.all.row(row), heads: config.queryHeads, cosine, sine, compute)
            rotate(scratch.keys.all.row(row), heads: config.kvHeads, cosine, sine, compute)
        }
    }

    private func rotate(
        _ vector: UnsafeMutablePointer<Float>, heads: Int, _ cosine: UnsafePointer<Float>,
        _ sine: UnsafePointer<Float>, _ compute: Compute
    ) {
        for head in 0..<heads {
            compute.kernels.rotate(vector + head * config.headDimension, cosine, sine, config.headDimension)
        }
    }

    /// Adds what attention gave to the hidden state, then the MLP.
    package func finishLayer(
        _ layer: DecoderLayer, rows: Int, scratch: borrowing DecoderScratch, _ compute: Compute
    ) {
        let hidden = scratch.hidden.rows(rows)
        let normed = scratch.normed.rows(rows)
        compute.project(scratch.attended.rows(rows), layer.output, into: normed)
        compute.add(normed, to: hidden)
        compute.normalize(hidden, layer.mlpNorm, into: normed)
        let gate = scratch.gate.rows(rows)
        let up = scratch.up.rows(rows)
        compute.project(normed, layer.gate, into: gate)
        compute.project(normed, layer.up, into: up)
        compute.gate(gate, with: up)
        compute.project(gate, layer.down, into: normed)
        compute.add(normed, to: hidden)
    }

    /// Writes the rotation of a token's position into row `row` of the scratch tables.
    package func setPosition(_ position: RopePosition, row: Int, scratch: borrowing DecoderScratch) {
        rotary.angles(
            at: position, cosine: scratch.cosine.all.row(row), sine: scratch.sine.all.row(row))
    }

    /// Logits [rows, vocabulary] of hidden rows `range`; normalises them into the scratch first.
    package func logits(
        ofRows range: Range<Int>, scratch: borrowing DecoderScratch, into out: FloatRows, _ compute: Compute
    ) {
        let hidden = scratch.hidden.all
        let rows = FloatRows(
            base: hidden.row(range.lowerBound), rows: range.count, columns: hidden.columns,
            stride: hidden.stride)
        let normed = scratch.normed.rows(range.count)
        compute.normalize(rows, finalNorm, into: normed)
        compute.project(normed, head, into: out)
    }

    /// Stores a head's key and value of one token, narrowed to the store's type.
    package func store(
        row: Int, head: Int, scratch: borrowing DecoderScratch, in store: RowStore, at place: Int,
        _ compute: Compute
    ) {
        let column = head * config.headDimension
        let type = store.format.kernelType
        compute.kernels.narrow(
            scratch.keys.all.row(row) + column, config.headDimension, type, store.key(place))
        compute.kernels.narrow(
            scratch.values.all.row(row) + column, config.headDimension, type, store.value(place))
    }
}
