import KVNumerics

/// Where a model's weights come from: a name and a shape give a matrix in some block format.
///
/// Names are Hugging Face's. A safetensors folder is the first source; a source may spell names another way inside.
public protocol WeightSource: Sendable {
    /// The tensor of that name, which must have that shape.
    ///
    /// - Throws: `CheckpointError.missingTensor` or `.shapeMismatch`.
    func tensor(_ name: String, shape: [Int]) throws(CheckpointError) -> Tensor

    /// True when the source holds a tensor of that name.
    func hasTensor(_ name: String) -> Bool

    /// Elements of all stored tensors; tied tensors count once.
    /// - Complexity: O(tensors).
    var parameterCount: Int { get }

    /// Bytes of all stored tensors.
    /// - Complexity: O(tensors).
    var weightBytes: Int { get }
}

extension Linear {
    /// Looks up `name.weight` and, where the architecture has one, `name.bias`.
    /// - Throws: `CheckpointError.missingTensor` or `.shapeMismatch`.
    package init(_ weights: any WeightSource, _ name: String, inputs: Int, outputs: Int, hasBias: Bool)
        throws(CheckpointError)
    {
        self.init(
            try weights.tensor(name + ".weight", shape: [outputs, inputs]),
            bias: hasBias ? try weights.tensor(name + ".bias", shape: [outputs]).widened() : nil,
            inputs: inputs, outputs: outputs)
    }
}

extension RMSNorm {
    /// Looks up `name.weight`, [width].
    /// - Throws: `CheckpointError.missingTensor` or `.shapeMismatch`.
    package init(_ weights: any WeightSource, _ name: String, width: Int, epsilon: Float)
        throws(CheckpointError)
    {
        self.init(weight: try weights.tensor(name + ".weight", shape: [width]).widened(), epsilon: epsilon)
    }
}
