import KVFiles

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where a token stands for rotation: time, row and column. Text has the same number on all three axes.
public struct RopePosition: Sendable, Hashable {
    /// Time.
    public var t: Int32
    /// Row of the merged grid, offset by where the picture begins.
    public var h: Int32
    /// Column of the merged grid, offset by where the picture begins.
    public var w: Int32

    /// States a position.
    public init(t: Int32, h: Int32, w: Int32) {
        self.t = t
        self.h = h
        self.w = w
    }

    /// The position of text: the same on all axes.
    public init(_ all: Int32) {
        self.init(t: all, h: all, w: all)
    }
}

/// Multimodal rotary embedding: the frequencies of a head are split into three sections that turn with t, h and w.
///
/// Follows `apply_multimodal_rotary_pos_emb` of Hugging Face: frequency m is theta^(-2m/d), computed in f32, and
/// element m of a head turns together with element m + d/2.
struct MultimodalRotary: Sendable {
    private let frequencies: [Float]  // [d/2]
    private let axes: [UInt8]  // [d/2]: 0 t, 1 h, 2 w

    /// Half of the head dimension.
    var half: Int { frequencies.count }

    init(_ config: DecoderConfig) {
        let dimension = config.headDimension
        frequencies = (0..<dimension / 2).map { m in
            let exponent = Float(2 * m) / Float(dimension)
            return 1 / Float(pow(config.ropeTheta, Double(exponent)))
        }
        axes = config.mropeSection.enumerated().flatMap { axis, count in
            Array(repeating: UInt8(axis), count: count)
        }
    }

    /// Writes the cosines and sines of a position, [d/2] each.
    func angles(
        at position: RopePosition, cosine: UnsafeMutablePointer<Float>, sine: UnsafeMutablePointer<Float>
    ) {
        for m in 0..<frequencies.count {
            let place =
                switch axes[m] {
                case 0: position.t
                case 1: position.h
                default: position.w
                }
            let angle = Double(Float(place) * frequencies[m])
            cosine[m] = Float(cos(angle))
            sine[m] = Float(sin(angle))
        }
    }
}
