import ArgumentParser
import HybridKV
import KVConfiguration

/// What is asked.
struct PromptOptions: ParsableArguments, SettingOptions {
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Pictures (PNG, JPEG, WebP), before the text, in order.", valueName: "file"))
    var image: [String] = []

    @Option(help: ArgumentHelp("What to ask.", valueName: "text"))
    var prompt: String?

    @Option(help: ArgumentHelp("A system message.", valueName: "text"))
    var system: String?

    @Option(
        help: ArgumentHelp(
            "A conversation in Hugging Face's form, as JSON; pictures are named relative to the file.",
            valueName: "file"))
    var messages: String?

    @Option(help: ArgumentHelp("Which of the sample's prompts, counted from 1.", valueName: "n"))
    var example: Int?

    @Option(
        name: .customLong("picture-labels"), help: .setting(KvscopeSettings.pictureLabels),
        completion: .setting(KvscopeSettings.pictureLabels))
    var pictureLabels: String?

    var flags: [SettingFlag?] { [SettingFlag(KvscopeSettings.pictureLabels, pictureLabels)] }

    func validate() throws {
        let ways = [messages != nil, example != nil, prompt != nil || !image.isEmpty || system != nil]
        if ways.count(where: { $0 }) > 1 {
            throw ValidationError(
                "--messages, --example and --prompt with --image are three ways to ask; take one")
        }
        if prompt == nil, !image.isEmpty || system != nil {
            throw ValidationError("pictures or a system message alone ask nothing; add --prompt TEXT")
        }
    }

    /// Whether the command line asks something itself.
    private var isAsked: Bool { prompt != nil || messages != nil }

    /// The prompts to go through and the one to begin with.
    func requests(_ choices: Choices, sample: SampleFile?) throws -> (list: [PromptRequest], index: Int) {
        let labels = choices[KvscopeSettings.pictureLabels, otherwise: .auto]
        if isAsked { return ([try asked(labels)], 0) }
        guard let prompts = sample?.prompts, !prompts.isEmpty else {
            throw Failure.usage("nothing was asked; add --prompt TEXT, with --image FILE for pictures")
        }
        let number = example ?? 1
        guard prompts.indices.contains(number - 1) else {
            throw Failure.usage("--example cannot be \(number); the sample has prompts 1...\(prompts.count)")
        }
        return (prompts.map { labelled($0, labels) }, number - 1)
    }

    private func asked(_ labels: PictureLabels) throws -> PromptRequest {
        if let messages {
            do {
                return labelled(PromptRequest(messages: try MessagesFile.load(path: messages)), labels)
            } catch {
                throw Failure.usage("\(messages): \(error)")
            }
        }
        var list: [Message] = []
        if let system { list.append(Message(role: .system, text: system)) }
        list.append(Message(role: .user, content: image.map { .image($0) } + [.text(prompt ?? "")]))
        return labelled(PromptRequest(messages: list), labels)
    }

    private func labelled(_ request: PromptRequest, _ labels: PictureLabels) -> PromptRequest {
        var request = request
        request.pictureLabels = labels
        return request
    }
}
