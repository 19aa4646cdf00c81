/// How rows that a head drops are merged into those that it keeps (LOOK-M, section 3.3 and its code).
///
/// Every dropped row goes to the kept row whose key is nearest by cosine; values go where their keys go.
public enum RowMerging: String, Sendable, Hashable, Codable, CaseIterable {
    /// The kept row becomes the mean of itself and, for each of its dropped rows, the middle between the two.
    case pivot
    /// The mean of itself and its dropped rows.
    case average
    /// The mean of itself and its dropped rows times their similarity; rows less similar than the mean are let go.
    case weighted
}
