import HybridKV

extension Update {
    /// Takes what the engine says.
    static func take(_ event: LiveEvent, _ model: inout InspectorModel) -> [Effect] {
        comeBack(after: event, &model)
        if let effects = takeOfComparison(event, &model) { return effects }
        switch event {
        case .progress(let phase, let fraction):
            if !model.mode.isLoading { model.modeBeforeLoading = model.mode }
            model.mode = .loading(phase, fraction)
            model.awaitsPlan = true
        case .opened(let geometry):
            model.geometry = geometry
            clampCursor(&model)
        case .prepared(let prompt):
            model.prompt = prompt
            model.pictures = thumbnails(of: prompt)
            model.plan = nil
            model.snapshot = nil
            model.answer = Answer()
            model.pictureIndex = 0
            model.patch = nil
            model.tokenCursor = nil
            forgetMeasurements(&model)
        case .planned(let plan, let timing):
            model.plan = plan
            model.settings = plan.settings
            model.prefill = timing
            model.awaitsPlan = false
            model.answer.begin()
            model.snapshot = nil
            model.tokenCursor = nil
            model.mode = model.standsStill ? .paused : .live
            clampCursor(&model)
            return [.send(.focus(model.cursor))] + snapshotNow(&model) + settleDraft(&model)
                + comparisonForPlan(&model)
        case .refused(let reason):
            if refuseDraft(reason, &model) { return [] }
            model.notice = Notice(
                kind: .wrong, text: "refused: \(TokenText.visible(reason, asciiOnly: false))")
            // What was asked for did not come about.
            if let plan = model.plan {
                model.settings = plan.settings
                model.awaitsPlan = false
            }
        case .paused:
            model.standsStill = true
            model.mode = .paused
            return snapshotNow(&model)
        case .resumed:
            model.standsStill = false
            model.mode = .live
        case .finished(let reason):
            model.mode = .done(reason)
            return snapshotNow(&model)
        case .failed(let reason): model.mode = .failed(reason)
        case .drafted(let plan): takeDraft(plan, &model)
        case .verified(let runs): takeVerified(runs, &model)
        case .comparisonStarted, .compared, .comparisonSnapshot, .comparisonEnded, .comparisonLeft, .blamed:
            break
        }
        return []
    }

    /// A draft, a comparison, or something refused may have run the model again; the run itself is where it was.
    private static func comeBack(after event: LiveEvent, _ model: inout InspectorModel) {
        switch event {
        case .drafted, .verified, .comparisonStarted, .refused: break
        default: return
        }
        guard model.plan != nil, model.mode.isLoading else { return }
        model.mode = model.modeBeforeLoading
        model.awaitsPlan = false
    }

    /// Takes a snapshot, unless it belongs to a plan that is no longer in force.
    static func take(_ snapshot: CacheSnapshot, _ model: inout InspectorModel) {
        guard let plan = model.plan, let layout = model.prompt?.layout,
            snapshot.heads.count == plan.heads.count,
            0..<plan.layers ~= snapshot.focus.id.layer, 0..<plan.kvHeads ~= snapshot.focus.id.head,
            snapshot.focus.plan == plan[snapshot.focus.id],
            snapshot.focus.rowStates.count == layout.tokenCount
        else { return }
        model.snapshot = snapshot
    }

    private static func thumbnails(of prompt: PromptView) -> [PictureThumbnail] {
        let images = prompt.layout.segments.filter { $0.kind == .image }
        return zip(prompt.pictures, images).map { picture, segment in
            PictureThumbnail(picture, rows: segment.grid?.rows ?? 0, columns: segment.grid?.columns ?? 0)
        }
    }

    /// Keeps the selected head inside the model.
    private static func clampCursor(_ model: inout InspectorModel) {
        guard let geometry = model.geometry else { return }
        model.cursor = HeadID(
            layer: min(max(0, model.cursor.layer), max(0, geometry.layers - 1)),
            head: min(max(0, model.cursor.head), max(0, geometry.kvHeads - 1)))
    }
}
