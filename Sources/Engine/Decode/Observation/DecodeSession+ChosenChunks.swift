import KVFacts

extension DecodeSession {
    /// The resident chunks of every dynamic head that chooses.
    public func chosenChunks() -> [ChosenChunks] {
        cache.heads.compactMap { head in
            guard let retriever = head.retriever else { return nil }
            let chunks = (0..<retriever.plan.chunkCount).filter { retriever.slot(of: $0) >= 0 }
            return ChosenChunks(
                head: head.plan.id, chunks: chunks, loaded: chunks.filter { retriever.wasLoaded($0) })
        }
    }
}
