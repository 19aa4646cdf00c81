/// A step of a comparison as a front end receives it: the step and the bytes of the tokens that it names.
public struct LiveComparisonStep: Sendable, Hashable, Codable {
    /// The step.
    public let step: ComparisonStep
    /// Bytes of the reference's token and candidates.
    public let reference: TokenBytes
    /// Bytes of what each branch chooses, in the order of the branches. In a forced run the text goes on with the
    /// reference's token all the same.
    public let branches: [TokenBytes]

    /// States a step.
    public init(step: ComparisonStep, reference: TokenBytes, branches: [TokenBytes]) {
        self.step = step
        self.reference = reference
        self.branches = branches
    }
}

/// The bytes of a token and of its rivals.
public struct TokenBytes: Sendable, Hashable, Codable {
    /// Bytes of the token; may be part of a UTF-8 sequence, or control characters.
    public let bytes: [UInt8]
    /// Bytes of the most probable tokens, in the order of `top.list`.
    public let candidates: [[UInt8]]
    /// True when the token is a marker such as the end of the turn, which is not part of the text.
    public let isSpecial: Bool

    /// States the bytes.
    public init(bytes: [UInt8], candidates: [[UInt8]], isSpecial: Bool) {
        self.bytes = bytes
        self.candidates = candidates
        self.isSpecial = isSpecial
    }
}
