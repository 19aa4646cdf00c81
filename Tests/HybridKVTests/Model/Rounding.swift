/// How far f32 arithmetic in another order may be from the reference.
enum Rounding {
    /// A sum of `terms` products in f32 wanders by about sqrt(terms) half-units in the last place, 2^-24, of its
    /// magnitude; `products` matrices one after the other add that up as independent errors do. Twice the
    /// estimate is allowed, for norms and softmax between the products. Errors on AVX2 are a tenth of it or less,
    /// half of it after the patch embedding alone.
    static func tolerance(products: Int, terms: Int, magnitude: Float) -> Float {
        2 * 0x1p-24 * Float(products * terms).squareRoot() * magnitude
    }

    /// The largest absolute difference; infinite when the lengths differ or a number is not finite.
    static func largestError(_ values: [Float], _ expected: [Float]) -> Float {
        guard values.count == expected.count else { return .infinity }
        var largest: Float = 0
        for (value, wanted) in zip(values, expected) {
            let error = abs(value - wanted)
            guard error.isFinite else { return .infinity }
            largest = max(largest, error)
        }
        return largest
    }

    static func magnitude(_ values: [Float]) -> Float { values.reduce(0) { max($0, abs($1)) } }
}
