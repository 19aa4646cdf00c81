/// A step as a front end receives it: the record and the bytes of the tokens that it names.
public struct LiveStep: Sendable, Hashable {
    /// The step.
    public let record: StepRecord
    /// Bytes of the generated token; may be part of a UTF-8 sequence, or control characters.
    public let bytes: [UInt8]
    /// Bytes of the most probable tokens, in the order of `record.top.list`.
    public let candidateBytes: [[UInt8]]
    /// True when the token is a marker such as the end of the turn, which is not part of the text.
    public let isSpecial: Bool

    /// States a step.
    public init(record: StepRecord, bytes: [UInt8], candidateBytes: [[UInt8]], isSpecial: Bool) {
        self.record = record
        self.bytes = bytes
        self.candidateBytes = candidateBytes
        self.isSpecial = isSpecial
    }
}
