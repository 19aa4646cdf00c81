/// Which token of a prompt belongs to what: the one map that everything which paints a patch reads.
///
/// Segments cover the prompt without gaps, in order. Every visual token lies on exactly one cell of its
/// segment's grid, in raster order, and back.
public struct PromptLayout: Sendable, Hashable, Codable {
    /// Token ids, [N].
    public let tokens: [Int32]
    /// Runs of text and of visual tokens, in order.
    public let segments: [PromptSegment]

    /// Lays out a prompt; the segments must cover `tokens` in order.
    public init(tokens: [Int32], segments: [PromptSegment]) {
        precondition(
            segments.reduce(0, { end, segment in segment.start == end ? end + segment.count : -1 })
                == tokens.count,
            "segments must cover the prompt without gaps")
        self.tokens = tokens
        self.segments = segments
    }

    /// Reads a layout as it was written.
    /// - Throws: `DecodingError` when the segments do not cover the tokens in order, or a grid is not as large as its
    ///   segment.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        tokens = try values.decode([Int32].self, forKey: .tokens)
        segments = try values.decode([PromptSegment].self, forKey: .segments)
        var end = 0
        for segment in segments {
            guard segment.start == end, segment.count >= 0, segment.count <= tokens.count - end,
                segment.grid.map({ $0.covers(segment.count) }) ?? true
            else {
                throw DecodingError.dataCorruptedError(
                    forKey: .segments, in: values,
                    debugDescription: "the segment at token \(segment.start) does not follow the one before")
            }
            end += segment.count
        }
        guard end == tokens.count else {
            throw DecodingError.dataCorruptedError(
                forKey: .segments, in: values,
                debugDescription: "segments of \(end) tokens for a prompt of \(tokens.count)")
        }
    }

    /// Prompt length, N.
    public var tokenCount: Int { tokens.count }

    /// Tokens that stand for a piece of a picture or of a video.
    public var visualTokenCount: Int {
        segments.lazy.filter(\.isVisual).map(\.count).reduce(0, +)
    }

    /// The visual segments, in order.
    public var visualSegments: [PromptSegment] { segments.filter(\.isVisual) }

    /// The index in `segments` of the segment that holds a token.
    public func segmentIndex(of tokenIndex: Int) -> Int {
        var low = 0
        var high = segments.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if segments[middle].start <= tokenIndex { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// True when a token stands for a piece of a picture or of a video.
    public func isVisual(_ tokenIndex: Int) -> Bool { segments[segmentIndex(of: tokenIndex)].isVisual }
}

/// A run of tokens of one kind.
public struct PromptSegment: Sendable, Hashable, Codable {
    /// What the tokens stand for.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// Words, markers of the chat template among them.
        case text
        /// The merged patches of a picture.
        case image
        /// The merged patches of a video.
        case video
    }

    /// What the tokens stand for.
    public let kind: Kind
    /// Which of its kind, counted from 0.
    public let index: Int
    /// Token index of the first token.
    public let start: Int
    /// Number of tokens.
    public let count: Int
    /// The cells that the visual tokens cover; nil for text.
    public let grid: CellGrid?

    /// States a run of tokens.
    public init(kind: Kind, index: Int, start: Int, count: Int, grid: CellGrid? = nil) {
        self.kind = kind
        self.index = index
        self.start = start
        self.count = count
        self.grid = grid
    }

    /// Token indices of the run.
    public var range: Range<Int> { start..<(start + count) }

    /// True unless the run is text.
    public var isVisual: Bool { kind != .text }

    /// The cell that a token of this visual segment lies on.
    public func cell(of tokenIndex: Int) -> Cell? {
        guard let grid, range.contains(tokenIndex) else { return nil }
        let place = tokenIndex - start
        let area = grid.rows * grid.columns
        return Cell(
            frame: place / area, row: place % area / grid.columns, column: place % area % grid.columns)
    }

    /// The token that lies on a cell of this visual segment.
    public func tokenIndex(of cell: Cell) -> Int? {
        guard let grid, 0..<grid.frames ~= cell.frame, 0..<grid.rows ~= cell.row,
            0..<grid.columns ~= cell.column
        else { return nil }
        return start + (cell.frame * grid.rows + cell.row) * grid.columns + cell.column
    }
}

/// A grid of merged patches: what one visual token covers is one cell.
public struct CellGrid: Sendable, Hashable, Codable {
    /// Temporal cells: 1 for a picture, frame pairs for a video.
    public let frames: Int
    /// Cells from top to bottom.
    public let rows: Int
    /// Cells from left to right.
    public let columns: Int

    /// States a grid.
    public init(frames: Int = 1, rows: Int, columns: Int) {
        self.frames = frames
        self.rows = rows
        self.columns = columns
    }

    /// Number of cells.
    public var count: Int { frames * rows * columns }

    /// Whether it has exactly this many cells, whatever sizes it claims.
    func covers(_ cells: Int) -> Bool {
        guard frames > 0, rows > 0, columns > 0 else { return cells == 0 }
        let (area, isLarge) = rows.multipliedReportingOverflow(by: columns)
        let (count, isLarger) = area.multipliedReportingOverflow(by: frames)
        return !isLarge && !isLarger && count == cells
    }
}

/// One cell of a grid.
public struct Cell: Sendable, Hashable, Codable {
    /// The frame pair of a video; 0 for a picture.
    public var frame: Int
    /// Counted from the top.
    public var row: Int
    /// Counted from the left.
    public var column: Int

    /// Names a cell.
    public init(frame: Int = 0, row: Int, column: Int) {
        self.frame = frame
        self.row = row
        self.column = column
    }
}

/// A prepared prompt as a front end shows it.
public struct PromptView: Sendable, Hashable, Codable {
    /// A person's name for the prompt, e.g. the sample prompt's title; may be empty.
    public let title: String
    /// Which token belongs to what.
    public let layout: PromptLayout
    /// The bytes that each prompt token stands for; may be parts of UTF-8 sequences or control characters.
    public let tokenBytes: [[UInt8]]
    /// The pictures as the model sees them, after resizing; one for each image segment, in order.
    public let pictures: [RGBImage]
    /// File names of the pictures, as given.
    public let pictureNames: [String]
    /// The answer that the sample's author expects, if any.
    public let expectedAnswer: String?

    /// States a prompt.
    public init(
        title: String, layout: PromptLayout, tokenBytes: [[UInt8]], pictures: [RGBImage],
        pictureNames: [String],
        expectedAnswer: String?
    ) {
        self.title = title
        self.layout = layout
        self.tokenBytes = tokenBytes
        self.pictures = pictures
        self.pictureNames = pictureNames
        self.expectedAnswer = expectedAnswer
    }
}
