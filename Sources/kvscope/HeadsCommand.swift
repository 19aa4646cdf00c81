import ArgumentParser
import FoundationEssentials
import HybridKV
import KVConfiguration
import Logging

/// `kvscope heads`: which query heads of a checkpoint look at what they answer about.
struct HeadsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heads",
        abstract: "Measure a checkpoint's visual-head scores, which SparseMM shares by.",
        discussion: """
            Reads a benchmark in the format of samples/benchmark, takes the questions that name a cell ("What is at row 2 \
            column 3 in picture 1?"), answers them with the full cache, and counts, over the right answers, how often each \
            query head's largest attention falls on the named cell. SparseMM's authors do this with words and their boxes \
            in photographed text; the rule is theirs, the pictures are not.
            """)

    @OptionGroup var model: ModelOptions

    @Option(
        help: ArgumentHelp(
            "Questions, one JSON object a line. Default: the bundled benchmark.", valueName: "file"))
    var benchmark: String?

    @Option(help: ArgumentHelp("Questions to ask at most.", valueName: "n"))
    var limit = 1000

    @Option(help: ArgumentHelp("Where to write the scores; standard output if not given.", valueName: "file"))
    var out: String?

    @OptionGroup var log: LogOptions

    func run() throws {
        do {
            try measure()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure.run("\(error)")
        }
    }

    private func measure() throws {
        let choices = try Choices([model, log])
        try Log.start(choices)
        let folder = try choices.folder()
        let path = benchmark ?? folder + "/../benchmark/bench.jsonl"
        let items = try CellQuestion.load(path).prefix(limit)
        guard !items.isEmpty else {
            throw Failure.run(
                "\(path): no question names a cell; expected \"… at row R column C in picture P …\"")
        }
        let bench = try Workbench(folder: folder, rowFormat: choices.kvElement, threads: choices.threads)
        var tally = VisualHeadTally(bench.geometry)
        var right = 0
        for (index, item) in items.enumerated() {
            let prompt = try bench.prepare(item.request).prompt
            let full = try bench.planner(.full)
            let prefilled = try bench.prefill(prompt, for: [full], isKept: true)
            let segments = prefilled.layout.visualSegments
            guard segments.indices.contains(item.picture),
                let cell = segments[item.picture].tokenIndex(of: Cell(row: item.row, column: item.column))
            else { continue }
            let (found, tokens) = try VisualHeadTally.measure(bench, prefilled, cells: [cell])
            if bench.tokenizer.decode(tokens, skipSpecial: true) == item.answer {
                tally.add(found)
                right += 1
            }
            StandardError.progress("heads: \(index + 1) of \(items.count) questions, \(right) answered right")
        }
        StandardError.endProgress()
        Log.logger("heads").info("\(right) of \(items.count) questions answered right in \(folder)")
        try write(
            VisualHeadFile(
                model: bench.geometry.name, questions: items.count,
                right: right,
                tokens: tally.tokenCount, scores: tally.scores))
    }

    private func write(_ file: VisualHeadFile) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(file), as: UTF8.self) + "\n"
        guard let out else { return print(text, terminator: "") }
        try Data(text.utf8).write(to: URL(filePath: out))
        print(
            "\(out): scores of \(file.scores.count) x \(file.scores.first?.count ?? 0) query heads from \(file.right) answers"
        )
    }
}

/// The file that `kvscope heads` writes.
private struct VisualHeadFile: Encodable {
    var schema = VisualHeadScores.schema
    var model: String
    var rule =
        "share of answer tokens at which a query head's largest attention falls on the cell that the question names"
    var questions: Int
    var right: Int
    var tokens: Int
    var scores: [[Double]]
}

/// A question of a benchmark that names a cell.
private struct CellQuestion {
    let request: PromptRequest
    let answer: String
    let picture: Int, row: Int, column: Int

    /// A line of the file; members that are not needed are left out.
    private struct Line: Decodable {
        var images: [String]
        var turns: [Turn]
        var answer: String
    }

    private struct Turn: Decodable {
        var question: String
    }

    /// The questions of a file that name a cell and are asked first.
    static func load(_ path: String) throws -> [CellQuestion] {
        let text: String
        do {
            text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        } catch {
            throw Failure.run("\(path): cannot be read; name a benchmark with --benchmark FILE")
        }
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
            separator: "/")
        let decoder = JSONDecoder()
        return try text.split(separator: "\n").enumerated().compactMap { number, line in
            guard let item = try? decoder.decode(Line.self, from: Data(line.utf8)) else {
                throw Failure.run(
                    "\(path): line \(number + 1) is no benchmark item; expected images, turns and answer")
            }
            return CellQuestion(item, folder: folder.isEmpty ? "." : folder)
        }
    }

    private init?(_ line: Line, folder: String) {
        // An empty cell is named by no object, and answers to it need no look at it.
        guard line.turns.count == 1, let question = line.turns.first?.question, line.answer != "nothing"
        else {
            return nil
        }
        let words = question.split { " ?.,".contains($0) }.map(String.init)
        func number(after word: String) -> Int? {
            guard let place = words.firstIndex(of: word), place + 1 < words.count else { return nil }
            return Int(words[place + 1])
        }
        guard let row = number(after: "row"), let column = number(after: "column") else { return nil }
        self.row = row - 1
        self.column = column - 1
        picture = (number(after: "picture") ?? 1) - 1
        answer = line.answer
        let images = line.images.map { ContentItem.image(folder + "/" + $0) }
        request = PromptRequest(messages: [Message(role: .user, content: images + [.text(question)])])
    }
}
