import ArgumentParser
import HybridKV
import InspectorPlain
import InspectorWords
import KVConfiguration
import Logging

/// `kvscope run`: one prompt, one method, text or JSON.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Answer one prompt and say what it cost; --json for programs.")

    @OptionGroup var model: ModelOptions
    @OptionGroup var prompt: PromptOptions
    @OptionGroup var method: MethodOptions
    @OptionGroup var decode: DecodeOptions
    @OptionGroup var log: LogOptions

    @Flag(help: "Print one JSON object instead of text.")
    var json = false

    @Flag(help: "With --json: name the chosen chunks of every dynamic head at every step.")
    var detail = false

    func validate() throws {
        if detail, !json { throw ValidationError("--detail belongs to --json") }
    }

    func run() throws {
        do {
            try answer()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure.run("\(error)")
        }
    }

    private func answer() throws {
        let choices = try Choices([model, prompt, method, decode, log])
        try Log.start(choices)
        let folder = try choices.folder()
        let sample = try SampleFile.load(folder: folder)
        let (settings, areRecommended) = try method.settings(choices, sample: sample, folder: folder)
        let (requests, index) = try prompt.requests(choices, sample: sample)
        var report = RunReport()
        let bench = try Workbench(folder: folder, rowFormat: choices.kvElement, threads: choices.threads)
        report.timing.load_ms = bench.loadMilliseconds
        let logger = Log.logger("run")
        logger.info("opened \(folder) in \(NumberText.milliseconds(report.timing.load_ms)) ms")
        let planner = try bench.planner(settings)
        let prompt = try bench.prepare(requests[index]).prompt
        let prefilled = try bench.prefill(prompt, for: [planner])
        let start = ContinuousClock.Instant.now
        let plan = try bench.plan(prefilled, by: planner)
        report.timing.plan_ms = (ContinuousClock.Instant.now - start) / .milliseconds(1)
        report.describe(prefilled, plan)
        logger.info("prompt of \(report.prompt.tokens) tokens, \(report.prompt.visual_tokens) of pictures")
        logger.info(
            "vision \(NumberText.milliseconds(report.timing.vision_ms)) ms, prefill \(NumberText.milliseconds(report.timing.prefill_ms)) ms"
        )
        logger.info(
            "planned \(settings.text): \(plan.totalRows) rows in \(NumberText.milliseconds(report.timing.plan_ms)) ms"
        )

        report.memory.process_bytes_before = ThisProcess.privateBytes
        var session = try bench.session(
            consuming: consume prefilled, under: plan,
            options: SessionOptions(
                maxTokens: choices.maxTokens,
                stopTokens: decode.ignoresEnd ? [] : bench.preparer.stopTokens, sampling: choices.sampling))
        report.memory.process_bytes_after = ThisProcess.privateBytes
        var detokenizer = StreamingDetokenizer(bench.tokenizer)
        if !json { header(report, plan: plan, areRecommended: areRecommended) }
        while let record = try session.step() {
            let isStop = record.finish == .stop
            let text = isStop ? detokenizer.finish() : detokenizer.append(record.token)
            logger.debug("step \(record.index)", metadata: LogText.timing(record))
            report.add(record, text: text, selected: detail ? session.chosenChunks() : nil)
            if !json { stream(text) }
        }
        let rest = detokenizer.finish()
        report.finish(memory: session.memory, rest: rest)
        logger.info("the answer is complete: \(report.steps.count) tokens, \(report.finish_reason)")
        if json {
            print(try report.json())
        } else {
            stream(rest + "\n")
            report.footer.forEach(StandardError.print)
        }
    }

    /// What runs, on standard error, so that standard output is the answer alone.
    private func header(_ report: RunReport, plan: CompressionPlan, areRecommended: Bool) {
        let origin = areRecommended ? " (recommended by \(SampleFile.name))" : ""
        StandardError.print("\(report.title)\(origin)")
    }

    /// Text as it comes; on a terminal control characters are shown, never sent.
    private func stream(_ text: String) {
        print(
            ThisProcess.printsToTerminal ? PlainText.visible(text) : text, terminator: "")
        ThisProcess.flush()
    }
}
