import HybridKV
import Testing

/// Every visual token lies on one cell, and back.
@Suite struct PromptLayoutTests {
    @Test(arguments: PromptGolden.all)
    func tokensAndCellsAreOneToOne(golden: PromptGolden) throws {
        let request = PromptRequest(messages: golden.messages, pictureLabels: golden.labels)
        let layout = try SampleModel.shared.get().preparer.prepare(request).prompt.layout
        expectOneToOne(layout)
        #expect(layout.visualTokenCount == golden.tokens.count { $0 == 497 })
    }

    @Test func videosHaveFrames() {
        let grid = CellGrid(frames: 3, rows: 2, columns: 5)
        let layout = PromptLayout(
            tokens: Array(repeating: 0, count: 37),
            segments: [
                PromptSegment(kind: .text, index: 0, start: 0, count: 4),
                PromptSegment(kind: .video, index: 0, start: 4, count: grid.count, grid: grid),
                PromptSegment(kind: .text, index: 1, start: 34, count: 3),
            ])
        expectOneToOne(layout)
        let video = layout.segments[1]
        #expect(video.cell(of: 4 + 2 * 10 + 5 + 3) == Cell(frame: 2, row: 1, column: 3))
        for cell in [
            Cell(frame: 3, row: 0, column: 0), Cell(row: 2, column: 0), Cell(row: 0, column: 5),
            Cell(row: -1, column: 0), Cell(frame: -1, row: 0, column: 0), Cell(row: 0, column: -1),
        ] {
            #expect(video.tokenIndex(of: cell) == nil)
        }
        #expect(video.cell(of: 3) == nil && video.cell(of: 34) == nil)
        #expect(layout.segments[0].cell(of: 1) == nil)
    }

    private func expectOneToOne(_ layout: PromptLayout) {
        var seen: Set<Int> = []
        for (place, segment) in layout.segments.enumerated() {
            for token in segment.range {
                #expect(layout.segmentIndex(of: token) == place)
                #expect(layout.isVisual(token) == segment.isVisual)
            }
            guard let grid = segment.grid else { continue }
            #expect(grid.count == segment.count)
            var next = segment.start
            for frame in 0..<grid.frames {
                for row in 0..<grid.rows {
                    for column in 0..<grid.columns {
                        let cell = Cell(frame: frame, row: row, column: column)
                        #expect(segment.tokenIndex(of: cell) == next)
                        #expect(segment.cell(of: next) == cell)
                        #expect(seen.insert(next).inserted)
                        next += 1
                    }
                }
            }
        }
        #expect(seen.count == layout.visualTokenCount)
    }
}
