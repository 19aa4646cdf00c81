import KVNumerics

extension Linear {
    /// Looks up `name.weight` and, where the architecture has one, `name.bias`.
    /// - Throws: `CheckpointError.missingTensor` or `.shapeMismatch`.
    package init(_ checkpoint: Checkpoint, _ name: String, inputs: Int, outputs: Int, hasBias: Bool)
        throws(CheckpointError)
    {
        self.init(
            try checkpoint.tensor(name + ".weight", shape: [outputs, inputs]),
            bias: hasBias ? try checkpoint.tensor(name + ".bias", shape: [outputs]).widened() : nil,
            inputs: inputs, outputs: outputs)
    }
}

extension RMSNorm {
    /// Looks up `name.weight`, [width].
    /// - Throws: `CheckpointError.missingTensor` or `.shapeMismatch`.
    package init(_ checkpoint: Checkpoint, _ name: String, width: Int, epsilon: Float) throws(CheckpointError)
    {
        self.init(weight: try checkpoint.tensor(name + ".weight", shape: [width]).widened(), epsilon: epsilon)
    }
}
