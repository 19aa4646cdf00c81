import InspectorUpdate
import InspectorWords
import KVFacts

/// The inspector without a screen: messages and typed lines go in, lines of text and effects come out.
///
/// Shares model, update and commands with the screens; where a screen would be looked at, a command answers in lines.
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

    /// What can be typed, for people: what answers first, then what changes the run.
    package var help: [String] {
        let offered = CommandTable.all.filter {
            $0.listing != .keys && model.source.obstacle($0.needs) == nil
        }
        let answering = offered.compactMap { command in
            if case .answers(_, let summary) = command.plain {
                "TYPE \(command.name): \(summary)"
            } else {
                nil
            }
        }
        let others = offered.compactMap { command -> String? in
            switch command.plain {
            case .asTyped: return "TYPE \(command.usage): \(command.summary)"
            // Without arguments it answers.
            case .answers:
                return command.arguments.isEmpty ? nil : "TYPE \(command.usage): \(command.summary)"
            case .no: return nil
            }
        }
        return answering + others
    }

    /// Follows a typed line.
    package mutating func follow(_ line: String) -> Reply {
        guard let (name, rest) = CommandParser.split(line) else { return Reply() }
        if let command = CommandTable.command(named: name), rest.allSatisfy({ $0 == " " }),
            case .answers(let answer, _) = command.plain
        {
            return Reply(lines: lines(answer))
        }
        if let obstacle = model.obstacle(toCommand: line) { return Reply(lines: ["REFUSED \(obstacle)"]) }
        let parser = CommandParser(
            methods: model.methods, settings: model.settings, geometry: model.geometry,
            commands: model.offeredCommands)
        do {
            guard let request = try parser.parse(line) else { return Reply() }
            var reply = perform(request)
            // Who looks at another head wants to hear of it.
            if case .look = request { reply.lines += lines(.head) }
            return reply
        } catch {
            return Reply(lines: ["REFUSED \(error.text)"])
        }
    }

    /// What is said when somebody asks.
    private func lines(_ answer: PlainAnswer) -> [String] {
        switch answer {
        case .map: PlainText.map(model)
        case .head: PlainText.head(model)
        case .budget: PlainText.budget(model)
        case .tokens: PlainText.prompt(model) + PlainText.answer(model)
        case .status: PlainText.counters(model) + PlainText.checks(model)
        case .why: PlainText.why(model)
        case .checks: PlainText.checks(model)
        case .help: help
        case .comparison: PlainText.comparison(model)
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
