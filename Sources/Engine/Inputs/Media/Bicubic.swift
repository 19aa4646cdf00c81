import KVFacts

/// Bicubic resizing with anti-aliasing; gives exactly the pixels of Pillow 13's `resize(…, BICUBIC)`.
///
/// Two passes with 8-bit pixels in between and weights rounded to fixed point: the rounding is part of the
/// result, so a better one would be wrong here. So is the order of the passes: Pillow works on columns first
/// unless the height shrinks by more than twice what the width does. (Pillow 12 and earlier always take columns
/// first, which changes some values by one.)
public enum Bicubic {
    /// Bits behind the point of a weight: 32 less 8 for the pixel and 2 for weights beyond 1.
    private static let fractionBits: Int32 = 22

    /// The picture at another size.
    ///
    /// - Parameters:
    ///   - image: the source.
    ///   - width: columns of the result; at least 1.
    ///   - height: rows of the result; at least 1.
    /// - Complexity: O(pixels · filter width).
    public static func resize(_ image: RGBImage, width: Int, height: Int) -> RGBImage {
        precondition(width > 0 && height > 0, "a picture has at least one pixel")
        let removedRows = image.height - height
        if removedRows > 0, removedRows > 2 * (image.width - width) {
            return resizeColumns(resizeRows(image, height), width)
        }
        return resizeRows(resizeColumns(image, width), height)
    }

    private static func resizeColumns(_ image: RGBImage, _ width: Int) -> RGBImage {
        guard width != image.width else { return image }
        let filters = Filters(from: image.width, to: width)
        let pixels = [UInt8](unsafeUninitializedCapacity: image.height * width * 3) { output, count in
            count = image.height * width * 3
            image.pixels.withUnsafeBufferPointer { input in
                for row in 0..<image.height {
                    for column in 0..<width {
                        let start = 3 * (row * image.width + filters.starts[column])
                        let target = 3 * (row * width + column)
                        filters.apply(column, input, start: start, stride: 3, output, at: target)
                    }
                }
            }
        }
        return RGBImage(width: width, height: image.height, pixels: pixels)
    }

    private static func resizeRows(_ image: RGBImage, _ height: Int) -> RGBImage {
        guard height != image.height else { return image }
        let filters = Filters(from: image.height, to: height)
        let pixels = [UInt8](unsafeUninitializedCapacity: height * image.width * 3) { output, count in
            count = height * image.width * 3
            image.pixels.withUnsafeBufferPointer { input in
                for row in 0..<height {
                    for column in 0..<image.width {
                        let start = 3 * (filters.starts[row] * image.width + column)
                        let target = 3 * (row * image.width + column)
                        filters.apply(row, input, start: start, stride: 3 * image.width, output, at: target)
                    }
                }
            }
        }
        return RGBImage(width: image.width, height: height, pixels: pixels)
    }

    /// The weights of one direction.
    private struct Filters {
        /// [output size]: the first source pixel of each output pixel.
        var starts: [Int] = []
        /// [output size + 1]: where each output pixel's weights begin in `weights`.
        var offsets: [Int] = [0]
        /// Fixed point with `fractionBits` behind the point; each filter sums to nearly 1.
        var weights: [Int32] = []

        init(from inputSize: Int, to outputSize: Int) {
            let scale = Double(inputSize) / Double(outputSize)
            // Shrinking widens the filter, which is what prevents aliasing.
            let stretch = max(scale, 1)
            let support = 2 * stretch
            let one = Double(1 << fractionBits)
            for output in 0..<outputSize {
                let center = (Double(output) + 0.5) * scale
                let start = max(0, Int(center - support + 0.5))
                let end = min(inputSize, Int(center + support + 0.5))
                var exact: [Double] = []
                for input in start..<max(start, end) {
                    exact.append(cubic((Double(input) - center + 0.5) * (1 / stretch)))
                }
                let sum = exact.reduce(0, +)
                for weight in exact {
                    let share = sum == 0 ? weight : weight / sum
                    weights.append(Int32(share < 0 ? -0.5 + share * one : 0.5 + share * one))
                }
                starts.append(start)
                offsets.append(weights.count)
            }
        }

        /// Writes one output pixel's three channels.
        @inline(__always)
        func apply(
            _ index: Int, _ input: UnsafeBufferPointer<UInt8>, start: Int, stride: Int,
            _ output: UnsafeMutableBufferPointer<UInt8>, at target: Int
        ) {
            let half = Int32(1) << (fractionBits - 1)
            var (red, green, blue) = (half, half, half)
            var source = start
            for place in offsets[index]..<offsets[index + 1] {
                let weight = weights[place]
                red &+= Int32(input[source]) &* weight
                green &+= Int32(input[source + 1]) &* weight
                blue &+= Int32(input[source + 2]) &* weight
                source += stride
            }
            output[target] = Self.pixel(red)
            output[target + 1] = Self.pixel(green)
            output[target + 2] = Self.pixel(blue)
        }

        private static func pixel(_ sum: Int32) -> UInt8 { UInt8(clamping: sum >> fractionBits) }
    }

    /// Keys' cubic convolution with a = -0.5, in the order of operations that the rounding rests on.
    private static func cubic(_ distance: Double) -> Double {
        let a = -0.5
        let x = abs(distance)
        if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
        return 0
    }
}
