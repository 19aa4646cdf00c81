import InspectorWords
import KVFacts

/// How messages change the model, and what the runtime has to do for it.
package enum Update {
    /// Folds one message into the model.
    package static func update(_ model: inout InspectorModel, _ message: InspectorMessage) -> [Effect] {
        switch message {
        case .key(let key): return press(key, &model)
        case .paste(let text):
            guard model.commandLine != nil else { return [] }
            insert(text, &model)
            return []
        case .resized(let width, let height):
            model.width = max(0, width)
            model.height = max(0, height)
            return []
        case .fact(let fact): return take(fact, &model)
        case .written(let path, let failure):
            let name = TokenText.visible(path, asciiOnly: false)
            if let failure { return refuse("\(name) was not written: \(failure)", &model) }
            tell("wrote \(name)", &model)
            return []
        case .tick(let seconds):
            model.now = seconds
            return askForSnapshot(&model)
        case .continued: return [.redraw]
        case .frameDrawn(let seconds):
            model.frameCost = seconds
            return []
        }
    }

    private static func press(_ key: Key, _ model: inout InspectorModel) -> [Effect] {
        // These three work everywhere, also while a command is typed.
        switch key {
        case .control("c"): return [.quit]
        case .control("z"): return [.suspend]
        case .control("l"): return [.redraw]
        default: break
        }
        if model.commandLine != nil { return type(key, &model) }
        model.notice = nil
        if model.overlay != nil { return pressInOverlay(key, &model) }
        guard let binding = model.keyMap.binding(for: key, on: model.screen) else {
            let name = if case .character = key { "'\(key.name)'" } else { key.name }
            return refuse("\(name) does nothing here; \(model.keyMap.helpKey) lists the keys", &model)
        }
        return follow(binding, &model)
    }

    /// While help or checks lie over the screen, keys page through them or close them.
    private static func pressInOverlay(_ key: Key, _ model: inout InspectorModel) -> [Effect] {
        let pages = OverlayText.pages(model)
        switch key {
        case .down, .pageDown, .right, .tab, .character(" "), .character("j"), .enter:
            model.overlayPage = min(model.overlayPage + 1, pages - 1)
        case .up, .pageUp, .left, .backTab, .character("k"), .backspace:
            model.overlayPage = max(0, min(model.overlayPage, pages - 1) - 1)
        case .home, .character("g"): model.overlayPage = 0
        case .end, .character("G"): model.overlayPage = pages - 1
        case .escape, .character("q"): model.overlay = nil
        default:
            // Any other key means what it always means, without the overlay in the way.
            guard let binding = model.keyMap.binding(for: key, on: model.screen) else { return [] }
            let overlays: [Request] = [.help, .checks, .why]
            if !overlays.contains(binding.request) { model.overlay = nil }
            return follow(binding, &model)
        }
        return []
    }

    /// Does what a key is bound to. A command with arguments is read when it is pressed: what it may name changes.
    private static func follow(_ binding: KeyBinding, _ model: inout InspectorModel) -> [Effect] {
        guard binding.line.contains(" ") else { return perform(binding.request, &model) }
        return run(binding.line, &model)
    }

    /// While the run goes on, ten times a second at most, and only when something happened.
    private static func askForSnapshot(_ model: inout InspectorModel) -> [Effect] {
        if model.commands.awaitsSnapshot { return [] }
        if model.comparison.isOpen { return askForComparison(&model) }
        guard model.mode == .live, model.plan != nil else { return [] }
        if let asked = model.snapshotAsked, model.now - asked < 0.1 { return [] }
        if let known = model.snapshot?.steps, known > model.answer.lastIndex ?? -1 { return [] }
        return snapshotNow(&model)
    }

    /// Asks for a snapshot at once.
    package static func snapshotNow(_ model: inout InspectorModel) -> [Effect] {
        guard model.source.capabilities.contains(.snapshot) else { return [] }
        model.snapshotAsked = model.now
        return send(.snapshot, &model)
    }

    /// Tells the source which head snapshots describe, and asks for one.
    package static func describeCursor(_ model: inout InspectorModel) -> [Effect] {
        focusCursor(&model) + snapshotNow(&model)
    }

    /// Tells the source which head snapshots describe.
    package static func focusCursor(_ model: inout InspectorModel) -> [Effect] {
        model.source.capabilities.contains(.snapshot) ? send(.focus(model.cursor), &model) : []
    }

    /// A command to the source, counted and noted.
    package static func send(_ action: RunAction, _ model: inout InspectorModel) -> [Effect] {
        [.send(model.commands.begin(action))]
    }
}
