import KVFacts

/// Numbers as people read them on a narrow screen.
package enum NumberText {
    /// A fixed number of decimals, rounded half away from zero; `?` when it is not finite.
    package static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "?" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int((abs(value) * scale).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return sign + String(scaled) }
        let fraction = String(scaled % Int(scale))
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return "\(sign)\(scaled / Int(scale)).\(zeros)\(fraction)"
    }

    /// A share in 0...1 with two decimals and no leading zero: `.93`, `1.0`.
    package static func share(_ value: Double) -> String {
        let text = fixed(value, 2)
        if text == "1.00" { return "1.0" }
        return withoutZero(text)
    }

    /// A share beside the one that it is compared with, with as many decimals (two to four) as tell them apart.
    package static func share(_ value: Double, besides other: Double) -> String {
        for decimals in 2...3 where fixed(value, decimals) != fixed(other, decimals) || value == other {
            return decimals == 2 ? share(value) : withoutZero(fixed(value, decimals))
        }
        return withoutZero(fixed(value, 4))
    }

    private static func withoutZero(_ text: String) -> String {
        text.hasPrefix("0.") ? String(text.dropFirst()) : text
    }

    /// A reading as a share, or `n/a`.
    package static func share(_ reading: Reading) -> String {
        reading.value.map { share($0) } ?? "n/a"
    }

    /// A share as a percentage without needless decimals: `12.5 %`, `10 %`.
    package static func percent(_ share: Double) -> String {
        let one = fixed(share * 100, 1)
        return (one.hasSuffix(".0") ? String(one.dropLast(2)) : one) + " %"
    }

    /// A divergence in nats: `0` only when it is exactly 0, `<.0001`, `.0041`, `.31`, `1.90`.
    package static func nats(_ value: Double) -> String {
        if value == 0 { return "0" }
        if value < 0.0001 { return "<.0001" }
        return nats(value, decimals: value < 0.01 ? 4 : value < 0.1 ? 3 : 2)
    }

    /// The same with a number of decimals, for numbers that are compared.
    package static func nats(_ value: Double, decimals: Int) -> String { withoutZero(fixed(value, decimals)) }

    /// A signed number: `-.0111`, `+.59`; without a sign where nothing but zeros would be seen.
    package static func signed(_ value: Double, _ text: (Double) -> String) -> String {
        let digits = text(abs(value))
        if digits.allSatisfy({ $0 == "0" || $0 == "." }) { return digits }
        return (value < 0 ? "-" : "+") + digits
    }

    /// Bytes in binary units with three or four digits: `119.1 MiB`, `512 B`.
    package static func bytes(_ count: Int) -> String {
        guard count >= 1024 else { return "\(count) B" }
        var value = Double(count) / 1024
        for unit in ["KiB", "MiB", "GiB"] {
            // 1023.96 would print as 1024.0.
            if value < 1023.5 { return fixed(value, value < 999.5 ? 1 : 0) + " " + unit }
            value /= 1024
        }
        return fixed(value, 1) + " TiB"
    }

    /// Milliseconds with as many decimals as are worth reading.
    package static func milliseconds(_ value: Double) -> String {
        fixed(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
    }

    /// A count with its noun: `1 chunk`, `3 chunks`.
    package static func count(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    /// Pads on the left to a width.
    package static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.unicodeScalars.count)) + text
    }

    /// Pads on the right to a width.
    package static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.unicodeScalars.count))
    }
}

// MARK: What may be unknown

extension NumberText {
    /// Bytes, or `n/a`.
    package static func known(_ bytes: Int?) -> String { bytes.map { self.bytes($0) } ?? "n/a" }

    /// Milliseconds, or `n/a`.
    package static func known(_ milliseconds: Double?) -> String {
        milliseconds.map { self.milliseconds($0) } ?? "n/a"
    }
}

extension TokenFact {
    /// Its probability, if that is known.
    package var probability: Double? { logprob.map { Exponential.of(Double($0)) } }

    /// Its probability as text, or `n/a`.
    package var share: String { probability.map { NumberText.share($0) } ?? "n/a" }
}

extension StepTime {
    /// Milliseconds of the whole step, or `n/a`.
    package var milliseconds: String { NumberText.known(total.map { Double($0) / 1e6 }) }
}
