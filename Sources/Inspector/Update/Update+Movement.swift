import InspectorWords
import KVFacts

extension Update {
    package static func moveHead(_ layers: Int, _ heads: Int, _ model: inout InspectorModel) -> [Effect] {
        guard let geometry = model.geometry else { return [] }
        let id = HeadID(
            layer: min(max(0, model.cursor.layer + layers), geometry.layers - 1),
            head: min(max(0, model.cursor.head + heads), geometry.kvHeads - 1))
        return select(id, &model)
    }

    private static func select(_ id: HeadID, _ model: inout InspectorModel) -> [Effect] {
        guard id != model.cursor else { return [] }
        model.cursor = id
        guard model.plan != nil else { return [] }
        return describeCursor(&model)
    }

    package static func arrow(_ horizontal: Int, _ vertical: Int, _ model: inout InspectorModel) -> [Effect] {
        if model.screen == .budget { return turnKnob(horizontal, vertical, &model) }
        if model.screen == .tokens {
            moveToken(by: horizontal, lines: vertical, &model)
        } else if model.screen == .head, model.patch != nil {
            movePatch(horizontal, vertical, &model)
        } else {
            return moveHead(horizontal, vertical, &model)
        }
        return []
    }

    package static func goToEnd(_ side: Int, _ model: inout InspectorModel) -> [Effect] {
        if model.screen == .tokens {
            model.tokenCursor = side < 0 && !model.answer.steps.isEmpty ? 0 : nil
        } else if model.screen == .head, model.patch != nil {
            if let segment = currentSegment(model) {
                model.patch = side < 0 ? segment.start : segment.range.upperBound - 1
            }
        } else if let geometry = model.geometry {
            let layer = side < 0 ? 0 : geometry.layers - 1
            return select(HeadID(layer: layer, head: model.cursor.head), &model)
        }
        return []
    }

    package static func page(_ step: Int, _ model: inout InspectorModel) -> [Effect] {
        if model.screen == .tokens {
            moveToken(by: 0, lines: step * max(1, model.height / 4), &model)
            return []
        }
        return moveHead(8 * step, 0, &model)
    }

    private static func moveToken(by tokens: Int, lines: Int, _ model: inout InspectorModel) {
        guard let current = model.selectedStep else { return }
        var place = current + tokens
        if lines != 0 { place = TokenFlow.move(current, byLines: lines, in: AnswerFlow.onScreen(model)) }
        let last = model.answer.steps.count - 1
        // Moving past the end follows the newest token again.
        model.tokenCursor = place > last || (place == last && !(model.mode.isDone)) ? nil : max(0, place)
    }

    // MARK: Panes and levels

    package static func showNextPane(_ step: Int, _ model: inout InspectorModel) {
        guard model.screen == .head, model.visualSegments.count > 1 else {
            model.screen = Cycle.next(model.screen, in: model.offeredScreens, by: step)
            model.patch = nil
            return
        }
        let count = model.visualSegments.count
        model.pictureIndex = (model.pictureIndex + step + count) % count
        if model.patch != nil { model.patch = currentSegment(model)?.start }
    }

    package static func open(_ model: inout InspectorModel) {
        switch model.screen {
        case .map: model.screen = .head
        case .head:
            guard model.patch == nil, let segment = currentSegment(model) else { return }
            model.patch = segment.start
            tell("arrows move over the patches, hjkl over the heads; Esc ends it", &model)
        case .budget: typeKnob(&model)
        case .tokens, .compare: break
        }
    }

    package static func goBack(_ model: inout InspectorModel) {
        if model.patch != nil {
            model.patch = nil
        } else if model.screen == .tokens, model.tokenCursor != nil {
            model.tokenCursor = nil
        } else if model.screen == .budget, model.budget.draft != nil {
            dropDraft(&model)
        } else if model.screen != .map {
            model.screen = .map
        } else {
            tell("this is the top; q leaves", &model)
        }
    }

    private static func currentSegment(_ model: InspectorModel) -> PromptSegment? {
        let segments = model.visualSegments
        return segments.indices.contains(model.pictureIndex) ? segments[model.pictureIndex] : nil
    }

    private static func movePatch(_ horizontal: Int, _ vertical: Int, _ model: inout InspectorModel) {
        guard let segment = currentSegment(model), let grid = segment.grid, let patch = model.patch,
            var cell = segment.cell(of: patch)
        else { return }
        cell.column = min(max(0, cell.column + horizontal), grid.columns - 1)
        // Frames of a video lie under each other.
        let row = min(max(0, cell.frame * grid.rows + cell.row + vertical), grid.frames * grid.rows - 1)
        cell.frame = row / max(1, grid.rows)
        cell.row = row % max(1, grid.rows)
        model.patch = segment.tokenIndex(of: cell) ?? patch
    }
}
