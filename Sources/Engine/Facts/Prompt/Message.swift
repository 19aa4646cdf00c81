/// One turn of a conversation.
public struct Message: Sendable, Hashable, Codable {
    /// Who speaks.
    public let role: Role
    /// What is said and shown, in order.
    public let content: [ContentItem]

    /// A turn of texts and pictures.
    public init(role: Role, content: [ContentItem]) {
        self.role = role
        self.content = content
    }

    /// A turn of text alone.
    public init(role: Role, text: String) {
        self.init(role: role, content: [.text(text)])
    }
}

/// Who speaks in a turn; the raw values are the template's spellings.
public enum Role: String, Sendable, Hashable, Codable, CaseIterable {
    case system
    case user
    case assistant
}

/// A part of a turn.
public enum ContentItem: Sendable, Hashable, Codable {
    /// Text, verbatim.
    case text(String)
    /// A picture: its path or name as given.
    case image(String)
}

extension [Message] {
    /// The pictures of the whole conversation in order, as given; `ChatTemplate.Piece.image` counts them.
    public var images: [String] {
        flatMap(\.content).compactMap { item in
            if case .image(let name) = item { return name }
            return nil
        }
    }
}
