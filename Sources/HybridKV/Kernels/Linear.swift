import HybridKVKernels

/// A weight matrix in its stored type with an optional bias: y = W x + b.
struct Linear: Sendable {
    private let tensor: Tensor  // [outputs, inputs]
    private let bias: [Float]?  // [outputs]
    /// Width of what goes in.
    let inputs: Int
    /// Width of what comes out.
    let outputs: Int

    /// Looks up `name.weight` and, where the architecture has one, `name.bias`.
    init(_ checkpoint: Checkpoint, _ name: String, inputs: Int, outputs: Int, hasBias: Bool)
        throws(CheckpointError)
    {
        tensor = try checkpoint.tensor(name + ".weight", shape: [outputs, inputs])
        bias = hasBias ? try checkpoint.tensor(name + ".bias", shape: [outputs]).widened() : nil
        self.inputs = inputs
        self.outputs = outputs
    }

    /// A matrix without a bias from a tensor at hand, [outputs, inputs].
    init(_ tensor: Tensor, inputs: Int, outputs: Int) {
        precondition(tensor.elementCount == inputs * outputs)
        self.tensor = tensor
        bias = nil
        self.inputs = inputs
        self.outputs = outputs
    }

    /// The first weight. The tensor keeps its memory alive, and `self` the tensor.
    var weight: UnsafeRawPointer { tensor.start }

    /// How a weight is stored.
    var type: hkv_type { tensor.elementType.kernelType }

    func withBias(_ body: (UnsafePointer<Float>?) -> Void) {
        if let bias { bias.withUnsafeBufferPointer { body($0.baseAddress) } } else { body(nil) }
    }
}

/// Root-mean-square normalisation with a learned scale, computed in f32 as in Hugging Face's `Qwen2RMSNorm`.
struct RMSNorm: Sendable {
    /// The scale, widened.
    let weight: [Float]
    /// Added to the mean square.
    let epsilon: Float

    init(_ checkpoint: Checkpoint, _ name: String, width: Int, epsilon: Float) throws(CheckpointError) {
        weight = try checkpoint.tensor(name + ".weight", shape: [width]).widened()
        self.epsilon = epsilon
    }
}

extension ElementType {
    /// The kernels' name of the type.
    var kernelType: hkv_type {
        switch self {
        case .f32: HKV_F32
        case .f16: HKV_F16
        case .bf16: HKV_BF16
        }
    }
}

extension Tensor {
    /// The first element.
    var start: UnsafeRawPointer {
        guard let base = bytes.baseAddress else {
            preconditionFailure("a checked tensor has at least one element")
        }
        return base
    }

    /// All elements as f32.
    func widened() -> [Float] {
        let count = elementCount
        return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            if let out = buffer.baseAddress, count > 0 {
                hkv_kernels_best().pointee.widen(start, elementType.kernelType, count, out)
            }
            filled = count
        }
    }
}
