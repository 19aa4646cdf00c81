import HybridKVKernels
import KVFacts

/// A weight matrix in its stored type with an optional bias: y = W x + b.
package struct Linear: Sendable {
    private let tensor: Tensor  // [outputs, inputs]
    private let bias: [Float]?  // [outputs]
    /// Width of what goes in.
    package let inputs: Int
    /// Width of what comes out.
    package let outputs: Int

    /// A matrix from a tensor at hand, [outputs, inputs], and a bias, [outputs].
    package init(_ tensor: Tensor, bias: [Float]?, inputs: Int, outputs: Int) {
        precondition(tensor.elementCount == inputs * outputs)
        precondition(bias.map { $0.count == outputs } ?? true)
        self.tensor = tensor
        self.bias = bias
        self.inputs = inputs
        self.outputs = outputs
    }

    /// The first weight. The tensor keeps its memory alive, and `self` the tensor.
    package var weight: UnsafeRawPointer { tensor.start }

    /// How a weight is stored.
    package var type: hkv_type { tensor.format.kernelType }

    func withBias(_ body: (UnsafePointer<Float>?) -> Void) {
        if let bias { bias.withUnsafeBufferPointer { body($0.baseAddress) } } else { body(nil) }
    }
}

/// Root-mean-square normalisation with a learned scale, computed in f32 as in Hugging Face's `Qwen2RMSNorm`.
package struct RMSNorm: Sendable {
    /// The scale, widened.
    let weight: [Float]
    /// Added to the mean square.
    let epsilon: Float

    /// A norm over [weight.count] channels.
    package init(weight: [Float], epsilon: Float) {
        self.weight = weight
        self.epsilon = epsilon
    }
}

extension Tensor {
    /// The first element.
    package var start: UnsafeRawPointer {
        guard let base = bytes.baseAddress else {
            preconditionFailure("a checked tensor has at least one element")
        }
        return base
    }

    /// All elements as f32.
    package func widened() -> [Float] {
        let count = elementCount
        return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            if let out = buffer.baseAddress, count > 0 {
                hkv_kernels_best().pointee.widen(start, format.kernelType, count, out)
            }
            filled = count
        }
    }
}
