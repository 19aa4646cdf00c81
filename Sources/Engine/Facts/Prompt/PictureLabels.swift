/// Whether pictures are announced as "Picture 1: ", "Picture 2: " and so on.
public enum PictureLabels: String, Sendable, Hashable, Codable, CaseIterable {
    /// As the folder's template does by itself.
    case auto
    /// Always (`add_vision_id=True`).
    case on
    /// Never (`add_vision_id=False`).
    case off
}
