import KVFacts

/// The generated tokens laid out in lines.
package enum AnswerFlow {
    /// The generated tokens in lines, from a step on.
    package static func lines(_ model: InspectorModel, width: Int, from first: Int = 0) -> TokenFlow {
        TokenFlow(
            model.answer.steps[first...].map { cell($0, model) }, width: width, gap: gap, firstIndex: first)
    }

    /// The step from which on the rest of the answer fits into one line.
    package static func startOfLastLine(_ model: InspectorModel, width: Int) -> Int {
        var room = width + gap
        var first = model.answer.steps.count
        while first > 0 {
            room -= DisplayWidth.of(cell(model.answer.steps[first - 1], model)) + gap
            if room < 0 { break }
            first -= 1
        }
        return min(first, max(0, model.answer.steps.count - 1))
    }

    private static let gap = 1

    private static func cell(_ step: StepFact, _ model: InspectorModel) -> String {
        let text = TokenText.visible(step.token.bytes, asciiOnly: !model.capabilities.unicode)
        // Room for the probability below, and a place for tokens without bytes.
        let shown = text.isEmpty ? "<>" : text
        return shown + String(repeating: " ", count: max(0, 3 - DisplayWidth.of(shown)))
    }

    /// The lines of the answer on the tokens screen, for moving up and down in it.
    package static func onScreen(_ model: InspectorModel) -> TokenFlow {
        let layout = Layout(width: model.width, height: model.height, screen: .tokens)
        return lines(model, width: TokensAreas(layout.body).answer.width)
    }
}
