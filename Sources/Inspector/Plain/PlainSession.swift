import InspectorUpdate
import InspectorWords
import KVFacts

/// The inspector without a screen: messages and typed lines go in, lines of text and effects come out.
///
/// Shares model, update and commands with the screens, and adds the words that stand for looking: `map`, `head`,
/// `tokens`, `status`.
package struct PlainSession {
    package private(set) var model: InspectorModel
    /// What is said: everything as it happens, or the whole state once at the end.
    package let speaksOnce: Bool
    private var spokenSteps = 0
    private var spokenComparedSteps = 0
    /// A comparison ended; its summary waits for the snapshot of the last step.
    private var awaitsSummary = false
    private var awaitsReport = false
    /// The answer is complete and its report was given.
    package private(set) var hasReported = false

    /// What a message or a line led to.
    package struct Reply {
        package var lines: [String] = []
        package var effects: [Effect] = []
    }

    package init(model: InspectorModel, speaksOnce: Bool) {
        self.model = model
        self.speaksOnce = speaksOnce
    }

    /// Why the run cannot go on, if it cannot.
    package var failure: String? {
        if case .failed(let reason) = model.mode { reason } else { nil }
    }

    // MARK: The run

    /// Folds a message and tells what is new.
    package mutating func take(_ message: InspectorMessage) -> Reply {
        let wasBusy = model.work?.phase
        var reply = Reply(effects: Update.update(&model, message))
        switch message {
        case .fact(let fact): tell(fact, &reply)
        case .written: tellNotice(&reply)
        default: break
        }
        if let phase = model.work?.phase, phase != wasBusy, !speaksOnce {
            reply.lines.append("LOAD \(RunMode.name(phase))")
        }
        return reply
    }

    private mutating func tell(_ fact: RunFact, _ reply: inout Reply) {
        switch fact.content {
        case .prepared: if !speaksOnce { reply.lines += PlainText.prompt(model) }
        case .planned:
            spokenSteps = 0
            awaitsReport = false
            hasReported = false
            if !speaksOnce { reply.lines += PlainText.plan(model) }
        case .step: tellSteps(&reply)
        case .snapshot:
            guard awaitsReport, model.snapshot?.steps == model.answer.lastIndex.map({ $0 + 1 }) else { break }
            awaitsReport = false
            hasReported = true
            reply.lines += report
        case .paused(let subject):
            if speaksOnce { break }
            reply.lines.append(
                subject == .run
                    ? "PAUSED after step \(model.answer.lastIndex ?? 0)"
                    : "PAUSED after step \(model.comparison.lastIndex ?? 0) of the comparison")
        case .resumed: if !speaksOnce { reply.lines.append("LIVE") }
        case .finished: awaitsReport = true
        case .drafted: if !speaksOnce { reply.lines += PlainText.draft(model) }
        case .verified: if !speaksOnce { reply.lines += PlainText.measured(model) }
        case .concluded(.refused(let reason)):
            reply.lines.append("REFUSED \(PlainText.visible(reason, asciiOnly: !model.capabilities.unicode))")
        case .comparisonStarted, .compared, .comparisonSnapshot, .comparisonEnded, .comparisonLeft, .blamed:
            tellComparison(fact, &reply)
        case .progress, .opened, .failed, .concluded, .ended: break
        }
    }

    private mutating func tellComparison(_ fact: RunFact, _ reply: inout Reply) {
        switch fact.content {
        case .comparisonStarted:
            guard model.comparison.command == fact.command else { break }
            spokenComparedSteps = 0
            awaitsSummary = false
            reply.lines += PlainText.comparisonStart(model.comparison)
        case .compared:
            let ascii = !model.capabilities.unicode
            let new = model.comparison.steps.dropFirst(spokenComparedSteps)
            reply.lines += new.map { PlainText.compared($0, asciiOnly: ascii) }
            spokenComparedSteps += new.count
        case .comparisonEnded: awaitsSummary = model.comparison.command == fact.command
        case .comparisonSnapshot:
            guard awaitsSummary, model.comparison.snapshot?.steps == model.comparison.steps.count else {
                break
            }
            awaitsSummary = false
            reply.lines += PlainText.comparison(model)
        case .comparisonLeft(let reason):
            if let reason {
                let text = PlainText.visible(reason, asciiOnly: !model.capabilities.unicode)
                reply.lines.append("REFUSED \(text)")
            }
            reply.lines.append("LEFT the comparison; the run is as it was")
        case .blamed:
            reply.lines += model.comparison.blames.suffix(1).map { "BLAME \(CompareText.sentence($0))" }
        default: break
        }
    }

    private mutating func tellSteps(_ reply: inout Reply) {
        let steps = model.answer.steps
        if steps.count < spokenSteps { spokenSteps = 0 }
        if !speaksOnce {
            let ascii = !model.capabilities.unicode
            reply.lines += steps[spokenSteps...].map { PlainText.step($0, asciiOnly: ascii) }
        }
        spokenSteps = steps.count
    }

    /// What stands at the end of an answer.
    private var report: [String] {
        let count = NumberText.count(model.answer.steps.count, "token")
        let reason =
            if case .done(.length) = model.mode { "the token limit was reached" } else { "the model stopped" }
        let start = speaksOnce ? PlainText.prompt(model) + PlainText.plan(model) + PlainText.map(model) : []
        let head = speaksOnce ? PlainText.head(model) : []
        return start + head + ["DONE after \(count): \(reason)"] + PlainText.answer(model)
            + PlainText.counters(model) + PlainText.checks(model)
    }

    // MARK: Typed lines

    /// What can be typed, for people.
    package var help: [String] {
        let commands = model.offeredCommands.filter { !["goto", "lane", "save"].contains($0.name) }
        return looks.filter { model.source.obstacle($0.needs) == nil }.map { "TYPE \($0.text)" }
            + commands.map { command in
                "TYPE " + [command.name, command.arguments].filter { !$0.isEmpty }.joined(separator: " ")
                    + ": \(command.summary)"
            }
    }

    /// The words that stand for looking, and what the source must be able to do for them.
    private let looks: [(text: String, needs: RunCapability?)] = [
        ("map: every head", nil),
        ("head [LAYER HEAD]: why this class and budget, and which cells it holds", nil),
        ("budget: where the rows go, a draft beside the live plan, and what was measured", nil),
        ("tokens: prompt and answer", nil), ("status: memory, latency, checks", nil),
        ("pause, resume: between two steps", .pause),
        ("next, previous: another prompt of the sample", .open),
        ("comparison: branches, where they part and in which heads; leave: back to the run", .compare),
    ]

    /// Follows a typed line.
    package mutating func follow(_ line: String) -> Reply {
        let words = line.split(separator: " ").map(String.init)
        guard let verb = words.first else { return Reply() }
        switch (verb, words.count) {
        case ("map", 1): return Reply(lines: PlainText.map(model))
        case ("tokens", 1): return Reply(lines: PlainText.prompt(model) + PlainText.answer(model))
        case ("status", 1): return Reply(lines: PlainText.counters(model) + PlainText.checks(model))
        case ("budget", 1): return Reply(lines: PlainText.budget(model))
        case ("why", 1): return Reply(lines: PlainText.why(model))
        case ("checks", 1): return Reply(lines: PlainText.checks(model))
        case ("help", 1), ("?", 1): return Reply(lines: help)
        case ("head", 1): return Reply(lines: PlainText.head(model))
        case ("head", 3): return look(at: words)
        case ("pause", 1), ("resume", 1):
            if (verb == "pause") == (model.shownMode == .paused) {
                return Reply(lines: ["\(model.shownMode.word) already"])
            }
            return perform(.pauseOrResume)
        case ("comparison", 1): return Reply(lines: PlainText.comparison(model))
        case ("leave", 1):
            guard model.screen == .compare else { return Reply(lines: ["REFUSED nothing is being compared"]) }
            return perform(.show(.map))
        case ("next", 1): return perform(.nextPrompt(1))
        case ("previous", 1): return perform(.nextPrompt(-1))
        default: return command(line)
        }
    }

    private mutating func look(at words: [String]) -> Reply {
        guard let layer = Int(words[1]), let head = Int(words[2]), let geometry = model.geometry,
            0..<geometry.layers ~= layer, 0..<geometry.kvHeads ~= head
        else {
            let sizes = model.geometry.map {
                "a layer of 0...\($0.layers - 1), a head of 0...\($0.kvHeads - 1)"
            }
            return Reply(lines: [
                "REFUSED there is no head \(words[1]) \(words[2]); expected \(sizes ?? "an open model")"
            ])
        }
        let move = Request.moveHead(layers: layer - model.cursor.layer, heads: head - model.cursor.head)
        var reply = perform(move)
        reply.lines += PlainText.head(model)
        return reply
    }

    private mutating func command(_ line: String) -> Reply {
        if let obstacle = model.obstacle(toCommand: line) { return Reply(lines: ["REFUSED \(obstacle)"]) }
        let parser = CommandParser(
            methods: model.methods, settings: model.settings, geometry: model.geometry,
            commands: model.offeredCommands)
        do {
            guard let request = try parser.parse(line) else { return Reply() }
            return perform(request)
        } catch {
            return Reply(lines: ["REFUSED \(error.text)"])
        }
    }

    private func tellNotice(_ reply: inout Reply) {
        guard let notice = model.notice else { return }
        reply.lines.append((notice.kind == .wrong ? "REFUSED " : "NOTE ") + notice.text)
    }

    private mutating func perform(_ request: Request) -> Reply {
        model.notice = nil
        var reply = Reply(effects: Update.perform(request, &model))
        tellNotice(&reply)
        return reply
    }
}
