import InspectorWords
import KVFacts

extension Update {
    /// A key while a command is typed.
    package static func type(_ key: Key, _ model: inout InspectorModel) -> [Effect] {
        guard var line = model.commandLine else { return [] }
        switch key {
        case .character(let character): insert(String(character), &model)
        case .escape: model.commandLine = nil
        case .enter: return run(&model)
        case .tab:
            let completion = CommandCompletion(
                methods: model.methods, settings: model.settingsInFocus, commands: model.offeredCommands)
            line.text = completion.complete(line.text)
            line.place = line.text.count
            model.commandLine = line
        case .backspace:
            guard line.place > 0 else {
                if line.text.isEmpty { model.commandLine = nil }
                return []
            }
            line.text.remove(at: line.text.index(line.text.startIndex, offsetBy: line.place - 1))
            line.place -= 1
            model.commandLine = line
        case .delete:
            guard line.place < line.text.count else { return [] }
            line.text.remove(at: line.text.index(line.text.startIndex, offsetBy: line.place))
            model.commandLine = line
        case .control("u"): model.commandLine = CommandLine()
        case .left: model.commandLine?.place = max(0, line.place - 1)
        case .right: model.commandLine?.place = min(line.text.count, line.place + 1)
        case .home, .control("a"): model.commandLine?.place = 0
        case .end, .control("e"): model.commandLine?.place = line.text.count
        case .up: recall(-1, &model)
        case .down: recall(1, &model)
        case .control, .function, .pageUp, .pageDown, .backTab: break
        }
        return []
    }

    /// Puts text at the cursor; line breaks and control characters of a paste become spaces.
    package static func insert(_ text: String, _ model: inout InspectorModel) {
        guard var line = model.commandLine else { return }
        let clean = String(
            String.UnicodeScalarView(text.unicodeScalars.map { DisplayWidth.isUnsafe($0) ? " " : $0 }))
        line.text.insert(contentsOf: clean, at: line.text.index(line.text.startIndex, offsetBy: line.place))
        // A mark may have joined the character before it, so count anew.
        line.place = min(line.text.count, line.place + clean.count)
        model.commandLine = line
    }

    private static func run(_ model: inout InspectorModel) -> [Effect] {
        guard let line = model.commandLine else { return [] }
        model.commandLine = nil
        if !line.text.allSatisfy({ $0 == " " }), model.commandHistory.last != line.text {
            model.commandHistory.append(line.text)
            if model.commandHistory.count > 100 { model.commandHistory.removeFirst() }
        }
        return run(line.text, &model)
    }

    /// Follows a command as it is typed, or says why not.
    static func run(_ line: String, _ model: inout InspectorModel) -> [Effect] {
        if let obstacle = model.obstacle(toCommand: line) { return refuse(obstacle, &model) }
        let parser = CommandParser(
            methods: model.methods, settings: model.settingsInFocus, geometry: model.geometry,
            commands: model.offeredCommands)
        do {
            guard let request = try parser.parse(line) else { return [] }
            return perform(request, &model)
        } catch {
            return refuse(error.text, &model)
        }
    }

    /// Goes through the commands typed before.
    private static func recall(_ step: Int, _ model: inout InspectorModel) {
        guard var line = model.commandLine, !model.commandHistory.isEmpty else { return }
        let count = model.commandHistory.count
        if line.recalled == nil { line.draft = line.text }
        let place = min(max(0, (line.recalled ?? count) + step), count)
        line.recalled = place == count ? nil : place
        line.text = place == count ? line.draft : model.commandHistory[place]
        line.place = line.text.count
        model.commandLine = line
    }
}
