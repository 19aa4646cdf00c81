import HybridKVKernels
import KVFacts
import KVMethods
import KVModel
import KVNumerics

/// One run of the decoder over a prompt, block by block: exact causal attention over the rows stored so far.
struct PrefillPass: ~Copyable {
    private let model: VisionLanguageModel
    private let prompt: PreparedPrompt
    private let embeddings: [[Float]]
    private let compute: Compute
    private let geometry: ModelGeometry
    private let scratch: DecoderScratch
    private let stores: [RowStore]
    private let packed: FloatMatrix  // [threads * queryBlock * group, d]: queries of one head
    private let packedOut: FloatMatrix  // likewise: what attention gives
    private let scores: FloatMatrix  // [threads * queryBlock * group, N]
    private let queryBlock: Int
    private let queryTokens: [Int]
    private var queries: [Float]
    private var columnSums: [Float]?  // [layers, queryHeads, N]
    private let moments: QueryMoments?
    private let partSums: FloatMatrix  // [parts * group, N]: column sums of one part of a block each

    init(
        model: VisionLanguageModel, prompt: PreparedPrompt, embeddings: [[Float]], options: PrefillOptions,
        compute: Compute
    ) {
        self.model = model
        self.prompt = prompt
        self.embeddings = embeddings
        self.compute = compute
        let geometry = model.geometry(kvElement: options.kvElement)
        self.geometry = geometry
        let count = prompt.layout.tokenCount
        scratch = DecoderScratch(rows: min(max(1, options.blockSize), count), config: model.decoder.config)
        stores = (0..<geometry.headCount).map { _ in
            RowStore(capacity: count, dimension: geometry.headDimension, format: options.kvElement)
        }
        // About 64 rows of scores at a time: enough for the kernels, and memory grows with N, not with N squared.
        queryBlock = max(1, 64 / geometry.groupSize)
        let rows = compute.threads * queryBlock * geometry.groupSize
        packed = FloatMatrix(rows: rows, columns: geometry.headDimension)
        packedOut = FloatMatrix(rows: rows, columns: geometry.headDimension)
        scores = FloatMatrix(rows: rows, columns: count)
        queryTokens = Set(options.windows.flatMap { $0.tokenIndices(in: prompt.layout) }).sorted()
        queries = Array(
            repeating: 0,
            count: geometry.layers * queryTokens.count * geometry.queryHeads * geometry.headDimension)
        columnSums =
            options.keepsColumnSums
            ? Array(repeating: 0, count: geometry.layers * geometry.queryHeads * count) : nil
        moments =
            options.keepsQueryStatistics
            ? QueryMoments(
                layers: geometry.layers, queryHeads: geometry.queryHeads, dimension: geometry.headDimension)
            : nil
        let pieces = (min(max(1, options.blockSize), count) + queryBlock - 1) / queryBlock
        partSums = FloatMatrix(
            rows: options.keepsColumnSums ? pieces * geometry.queryHeads : 0, columns: count)
    }

    /// Runs all layers over the tokens of one block.
    ///
    /// - Parameter observe: called with the number of layers done, from 0, and the hidden states [tokens, hidden].
    mutating func run(
        _ block: Range<Int>, progress: Progress, observe: ((Int, FloatRows) -> Void)? = nil
    ) throws(ModelError) {
        embed(block)
        observe?(0, scratch.hidden.rows(block.count))
        for (row, token) in block.enumerated() {
            model.decoder.setPosition(prompt.positions[token], row: row, scratch: scratch)
        }
        let total = Double(prompt.layout.tokenCount)
        for (index, layer) in model.decoder.layers.enumerated() {
            let done =
                Double(block.lowerBound) + Double(block.count) * Double(index) / Double(geometry.layers)
            guard progress.report(done / total) else { throw .cancelled }
            model.decoder.projectAttention(layer, rows: block.count, scratch: scratch, compute)
            storeRows(layer: index, block: block)
            keepQueries(layer: index, block: block)
            moments?.add(
                layer: index, tokens: block, queries: scratch.queries.all, cosine: scratch.cosine.all,
                sine: scratch.sine.all, compute: compute)
            attend(layer: index, block: block)
            addColumnSums(layer: index, block: block)
            model.decoder.finishLayer(layer, rows: block.count, scratch: scratch, compute)
            observe?(index + 1, scratch.hidden.rows(block.count))
        }
    }

    /// Token embeddings; visual tokens take what the vision tower gave for their cell.
    private func embed(_ block: Range<Int>) {
        let visual = prompt.layout.visualSegments
        let width = geometry.hiddenSize
        for (row, token) in block.enumerated() {
            let out = scratch.hidden.all.row(row)
            if let image = visual.firstIndex(where: { $0.range.contains(token) }) {
                let cell = token - visual[image].start
                embeddings[image].withUnsafeBufferPointer { embedding in
                    if let base = embedding.baseAddress {
                        out.update(from: base + cell * width, count: width)
                    }
                }
            } else {
                model.decoder.embed(prompt.layout.tokens[token], into: out, compute)
            }
        }
    }

    private func storeRows(layer: Int, block: Range<Int>) {
        compute.parallel(geometry.kvHeads) { head, _ in
            let store = stores[layer * geometry.kvHeads + head]
            for (row, token) in block.enumerated() {
                model.decoder.store(row: row, head: head, scratch: scratch, in: store, at: token, compute)
            }
        }
    }

    private mutating func keepQueries(layer: Int, block: Range<Int>) {
        let width = geometry.queryHeads * geometry.headDimension
        for (place, token) in queryTokens.enumerated() where block.contains(token) {
            let row = scratch.queries.all.row(token - block.lowerBound)
            let start = (layer * queryTokens.count + place) * width
            queries.replaceSubrange(
                start..<start + width, with: UnsafeBufferPointer(start: row, count: width))
        }
    }

    /// Every query attends to all rows up to its own token.
    private func attend(layer: Int, block: Range<Int>) {
        let group = geometry.groupSize
        let dimension = geometry.headDimension
        let pieces = (block.count + queryBlock - 1) / queryBlock
        compute.parallel(pieces * geometry.kvHeads) { part, worker in
            let head = part % geometry.kvHeads
            let first = part / geometry.kvHeads * queryBlock
            let rows = first..<min(first + queryBlock, block.count)
            let store = stores[layer * geometry.kvHeads + head]
            let offset = worker * queryBlock * group
            let queries = slice(packed, offset, rows.count * group)
            let out = slice(packedOut, offset, rows.count * group)
            let table = slice(scores, offset, rows.count * group)
            let column = head * group * dimension
            for (place, row) in rows.enumerated() {
                queries.row(place * group).update(
                    from: scratch.queries.all.row(row) + column, count: group * dimension)
                out.row(place * group).update(repeating: 0, count: group * dimension)
            }
            let attention = PackedAttention(
                kernels: compute.kernels, dimension: dimension, type: store.format.kernelType)
            let visible = block.lowerBound + rows.upperBound
            attention.score(queries, store: store, first: 0, count: visible, into: table, column: 0)
            for (place, row) in rows.enumerated() {
                let causal = block.lowerBound + row + 1
                for query in place * group..<(place + 1) * group {
                    let line = table.row(query)
                    compute.kernels.softmax(line, causal, attention.scale)
                    (line + causal).update(repeating: 0, count: visible - causal)
                }
            }
            if columnSums != nil { sumColumns(of: table, rows: rows.count, visible: visible, part: part) }
            attention.accumulate(table, column: 0, store: store, first: 0, count: visible, into: out)
            for (place, row) in rows.enumerated() {
                (scratch.attended.all.row(row) + column).update(
                    from: out.row(place * group), count: group * dimension)
            }
        }
    }

    /// Adds up the attention of one part's rows by column, for each query head of its group.
    private func sumColumns(of table: FloatRows, rows: Int, visible: Int, part: Int) {
        let group = geometry.groupSize
        for query in 0..<group {
            let sums = partSums.all.row(part * group + query)
            sums.update(from: table.row(query), count: visible)
            for row in 1..<max(1, rows) {
                compute.kernels.add(sums, table.row(row * group + query), visible)
            }
        }
    }

    /// Adds the parts of a block in their order, so that the sums do not depend on the number of threads.
    private mutating func addColumnSums(layer: Int, block: Range<Int>) {
        guard columnSums != nil else { return }
        let group = geometry.groupSize
        let count = prompt.layout.tokenCount
        for first in stride(from: 0, to: block.count, by: queryBlock) {
            let visible = block.lowerBound + min(first + queryBlock, block.count)
            for queryHead in 0..<geometry.queryHeads {
                let part = first / queryBlock * geometry.kvHeads + queryHead / group
                let sums = partSums.all.row(part * group + queryHead % group)
                let start = (layer * geometry.queryHeads + queryHead) * count
                columnSums?.withUnsafeMutableBufferPointer { all in
                    if let base = all.baseAddress { compute.kernels.add(base + start, sums, visible) }
                }
            }
        }
    }

    private func slice(_ matrix: borrowing FloatMatrix, _ first: Int, _ count: Int) -> FloatRows {
        FloatRows(
            base: matrix.all.row(first), rows: count, columns: matrix.all.columns, stride: matrix.all.stride)
    }

    /// Logits of every token of the block just run, [count, vocabulary].
    func blockLogits(count: Int) -> [Float] {
        let out = FloatMatrix(rows: count, columns: geometry.vocabularySize)
        model.decoder.logits(ofRows: 0..<count, scratch: scratch, into: out.all, compute)
        return Array(UnsafeBufferPointer(start: out.all.base, count: count * geometry.vocabularySize))
    }

    /// The prefill's result; the last block must have been run.
    consuming func finish(timing: PrefillTiming) throws(ModelError) -> Prefilled {
        let count = prompt.layout.tokenCount
        let last = (count - 1) % scratch.hidden.all.rows
        let out = FloatMatrix(rows: 1, columns: geometry.vocabularySize)
        model.decoder.logits(ofRows: last..<last + 1, scratch: scratch, into: out.all, compute)
        let logits = out.all.copy(ofRow: 0)
        guard logits.allSatisfy(\.isFinite) else { throw .notFinite(stage: "prefill") }
        return Prefilled(
            layout: prompt.layout, ropeDelta: prompt.ropeDelta, logits: logits, queryTokens: queryTokens,
            geometry: geometry, timing: timing, columnSums: columnSums,
            queryStatistics: moments?.statistics(), outputs: model.decoder.layers.map(\.output),
            queries: queries, stores: stores)
    }
}
