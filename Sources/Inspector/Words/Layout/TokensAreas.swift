import KVFacts

/// How the tokens screen is divided.
package struct TokensAreas {
    package var prompt: Box
    package var answer: Box
    package var detail: Box

    package init(_ box: Box) {
        var rest = box
        if box.width >= 110 {
            detail = rest.takeRight(min(56, box.width * 2 / 5), gap: 1)
        } else {
            detail = rest.takeBottom(box.height >= 12 ? 6 : box.height >= 8 ? 3 : 0)
        }
        let promptLines =
            rest.height >= 16 ? min(9, rest.height / 3) : rest.height >= 7 ? 4 : rest.height >= 3 ? 1 : 0
        prompt = rest.takeTop(promptLines)
        answer = rest
    }
}
