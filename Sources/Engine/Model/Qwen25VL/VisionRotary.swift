import KVInputs

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Two-dimensional rotary embedding of the vision tower: half of a head's frequencies turn with the patch's row,
/// half with its column; `Qwen2_5_VisionRotaryEmbedding` and `rot_pos_emb`.
struct VisionRotary: Sendable {
    private let frequencies: [Float]  // [headDimension / 4]

    init(headDimension: Int) {
        let half = headDimension / 2
        frequencies = stride(from: 0, to: half, by: 2).map { index in
            1 / Float(pow(10000, Double(Float(index) / Float(half))))
        }
    }

    /// Cosines and sines of every patch in the order of `order`.
    ///
    /// - Parameters:
    ///   - order: places of merged cells in raster order, [cells].
    ///   - unit: patches of one cell.
    func angles(grid: GridTHW, merge: Int, order: [Int], unit: Int) -> VisionAngles {
        let columns = grid.w / merge
        let rows = grid.h / merge
        let half = 2 * frequencies.count
        var cosine: [Float] = []
        var sine: [Float] = []
        cosine.reserveCapacity(order.count * unit * half)
        sine.reserveCapacity(order.count * unit * half)
        for cell in order {
            let inFrame = cell % (rows * columns)
            let top = inFrame / columns * merge
            let left = inFrame % columns * merge
            for patch in 0..<unit {
                for place in [top + patch / merge, left + patch % merge] {
                    for frequency in frequencies {
                        let angle = Double(Float(place) * frequency)
                        cosine.append(Float(cos(angle)))
                        sine.append(Float(sin(angle)))
                    }
                }
            }
        }
        return VisionAngles(cosine: cosine, sine: sine)
    }
}

/// Cosines and sines of all patches, [patches, headDimension / 2] each.
struct VisionAngles {
    let cosine: [Float]
    let sine: [Float]

    func withRows(_ body: (UnsafePointer<Float>, UnsafePointer<Float>) -> Void) {
        cosine.withUnsafeBufferPointer { cosine in
            sine.withUnsafeBufferPointer { sine in
                if let cosine = cosine.baseAddress, let sine = sine.baseAddress { body(cosine, sine) }
            }
        }
    }
}
