import KVFacts

/// e to the x without a maths library, exact enough for probabilities on a screen.
package enum Exponential {
    /// - Returns: 0 for minus infinity; `?`-worthy values stay what they are (NaN).
    package static func of(_ x: Double) -> Double {
        if x.isNaN { return x }
        if x < -700 { return 0 }
        if x > 700 { return .infinity }
        // Halve until the series converges quickly, then square back.
        let reduced = x / 1024
        var term = 1.0
        var sum = 1.0
        for k in 1...12 {
            term *= reduced / Double(k)
            sum += term
        }
        for _ in 0..<10 { sum *= sum }
        return sum
    }
}
