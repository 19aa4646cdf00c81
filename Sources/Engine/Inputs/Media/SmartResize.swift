/// The size that a picture is resized to before it is cut into patches (`smart_resize` of transformers).
public enum SmartResize {
    /// Narrower pictures are refused.
    public static let aspectLimit = 200

    /// The size near `width` x `height` whose sides are multiples of `factor` and whose area is within the limits.
    ///
    /// Halves round to even, as Python's `round` does. A side can come out smaller than one factor only before
    /// the limits are applied; like transformers, the area of such a size counts as 0.
    ///
    /// - Parameters:
    ///   - width: columns, in pixels.
    ///   - height: rows, in pixels.
    ///   - factor: the patch side times the merge size.
    ///   - minPixels: the fewest pixels of the result.
    ///   - maxPixels: the most pixels of the result, as far as a side of one factor allows.
    /// - Throws: `MediaError.aspectRatio` beyond 200 to 1, `.invalidSize` for numbers that are not positive.
    public static func size(
        width: Int, height: Int, factor: Int, minPixels: Int, maxPixels: Int
    ) throws(MediaError) -> (width: Int, height: Int) {
        let sideLimit = 1 << 30
        guard (1...sideLimit).contains(width), (1...sideLimit).contains(height), factor > 0, minPixels > 0,
            maxPixels >= minPixels
        else { throw .invalidSize(width: width, height: height) }
        guard max(width, height) <= aspectLimit * min(width, height) else {
            throw .aspectRatio(width: width, height: height, limit: aspectLimit)
        }
        let (columns, rows, cell) = (Double(width), Double(height), Double(factor))
        var widthCells = (columns / cell).rounded(.toNearestOrEven)
        var heightCells = (rows / cell).rounded(.toNearestOrEven)
        let area = widthCells * cell * heightCells * cell
        if area > Double(maxPixels) {
            let shrink = (rows * columns / Double(maxPixels)).squareRoot()
            widthCells = max(1, (columns / shrink / cell).rounded(.down))
            heightCells = max(1, (rows / shrink / cell).rounded(.down))
        } else if area < Double(minPixels) {
            let grow = (Double(minPixels) / (rows * columns)).squareRoot()
            widthCells = (columns * grow / cell).rounded(.up)
            heightCells = (rows * grow / cell).rounded(.up)
        }
        return (Int(widthCells) * factor, Int(heightCells) * factor)
    }
}
