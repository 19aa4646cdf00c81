import HybridKV

@testable import InspectorPlain
@testable import InspectorRuntime
@testable import InspectorUpdate
@testable import InspectorView
@testable import InspectorWords

/// Reads a drawn screen as a person does, and compares its numbers with the facts of the model.
enum ScreenFacts {
    /// What the screen says wrongly. Small terminals show too little to be read like this.
    static func faults(_ screen: Screen, _ model: InspectorModel) -> [String] {
        guard model.width >= 80, model.height >= 24 else { return [] }
        let lines = screen.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var faults = header(lines, model)
        guard model.overlay == nil, let plan = model.plan else { return faults }
        if model.screen == .map { faults += map(lines, model, plan) }
        if model.screen == .budget { faults += budget(lines, plan) }
        if model.screen == .tokens { faults += tokens(lines, model) }
        if model.screen == .map, let snapshot = model.snapshot {
            faults += counters(lines, snapshot.memory)
        }
        return faults
    }

    private static func header(_ lines: [String], _ model: InspectorModel) -> [String] {
        var faults: [String] = []
        if !lines[1].contains("\(model.cursor)") { faults.append("the tabs do not name \(model.cursor)") }
        let isOfRun = !model.showsComparison && !model.shownMode.isLoading && !model.shownMode.isFailed
        if isOfRun, let step = model.answer.lastIndex, number(behind: "step ", in: lines[0]) != step {
            faults.append("the header is not at step \(step)")
        }
        return faults
    }

    /// Letters and budgets of every head that is drawn with its number.
    private static func map(_ lines: [String], _ model: InspectorModel, _ plan: CompressionPlan) -> [String] {
        var faults: [String] = []
        for headClass in [HeadClass.static, .dynamic] {
            let count = plan.heads.count { $0.headClass == headClass }
            let word = "\(headClass.letter) \(headClass.rawValue) "
            guard let line = lines.first(where: { $0.hasPrefix("S static ") }) else { continue }
            if number(behind: word, in: line) != count { faults.append("not \(word)\(count)") }
        }
        // Only where layers are written in full there is room for numbers.
        let columns = lines[3].split { $0 == " " }.prefix { $0.hasPrefix("L") }.compactMap {
            Int($0.dropFirst())
        }
        guard !columns.isEmpty, model.lane == .budget else { return faults }
        for (place, line) in lines.enumerated() where line.hasPrefix("kv") && place + 1 < lines.count {
            guard let head = Int(line.dropFirst(2).prefix { $0.isNumber }),
                lines[place + 1].hasPrefix("    bud ")
            else { continue }
            let map = lines[place + 1].prefix { $0 != "│" && $0 != "|" }
            let budgets = map.split(separator: " ").compactMap { Int($0) }
            let wanted = columns.map { plan[HeadID(layer: $0, head: head)].budget }
            if budgets != wanted { faults.append("kv\(head) shows \(budgets), its budgets are \(wanted)") }
        }
        return faults
    }

    private static func budget(_ lines: [String], _ plan: CompressionPlan) -> [String] {
        guard let line = lines.first(where: { $0.hasPrefix(" total ") }) else { return [] }
        let numbers = words(line).all
        return numbers.contains(String(plan.totalRows)) ? [] : ["the total is not \(plan.totalRows)"]
    }

    private static func tokens(_ lines: [String], _ model: InspectorModel) -> [String] {
        guard let step = model.selectedStep, let line = lines.first(where: { $0.contains("STEP ") }) else {
            return []
        }
        let index = model.answer.steps[step].index
        return number(behind: "STEP ", in: line) == index ? [] : ["the card is not of step \(index)"]
    }

    private static func counters(_ lines: [String], _ memory: MemoryStatus) -> [String] {
        guard let bytes = memory.residentBytes,
            let line = lines.first(where: { $0.contains("KV resident") || $0.hasPrefix(" resident ") })
        else { return [] }
        // Binary units with one decimal, worked out here once more.
        let kib = Double(bytes) / 1024
        guard kib >= 1, kib < 999 else { return [] }
        let tenths = Int((kib * 10).rounded())
        return line.contains(" \(tenths / 10).\(tenths % 10) KiB")
            ? [] : ["resident is not \(tenths) tenths of a KiB"]
    }

    private static func number(behind word: String, in line: String) -> Int? {
        var rest = Substring(line)
        while !rest.isEmpty {
            if rest.hasPrefix(word) { return Int(rest.dropFirst(word.count).prefix { $0.isNumber }) }
            rest = rest.dropFirst()
        }
        return nil
    }

    /// Runs of letters and numbers, and those of them that no ellipsis may have touched.
    static func words(_ text: String) -> (all: Set<String>, whole: Set<String>) {
        var all: Set<String> = []
        var whole: Set<String> = []
        for line in text.split(separator: "\n") {
            let isCut = line.contains("…") || line.contains("..")
            var word = ""
            for character in line + " " {
                let isLetter = character.isASCII && character.isLetter
                let isDigit = character.isASCII && (character.isNumber || character == "." && !word.isEmpty)
                let continues = word.first.map { $0.isLetter ? isLetter : isDigit } ?? true
                if (isLetter || isDigit) && continues {
                    word.append(character)
                    continue
                }
                while word.last == "." { word.removeLast() }
                if !word.isEmpty {
                    all.insert(word)
                    if !isCut { whole.insert(word) }
                }
                word = isLetter || isDigit ? String(character) : ""
            }
        }
        return (all, whole)
    }
}
