import CTerminal
import InspectorPlain
import InspectorUpdate
import InspectorView
import InspectorWords
import KVFacts

/// Runs the inspector as plain text: lines on standard output, commands from a keyboard if there is one.
package struct PlainInspector {
    private var session: PlainSession
    private let source: any RunSource
    private let wake: WakePipe
    private let once: Bool
    private var typed: [UInt8] = []

    /// - Parameters:
    ///   - wake: the pipe that the source wakes when there is something to take.
    ///   - once: says nothing until the answer is complete, then everything, then ends.
    package init(source: any RunSource, wake: WakePipe, model: InspectorModel, once: Bool) {
        session = PlainSession(model: model, speaksOnce: once)
        self.source = source
        self.wake = wake
        self.once = once
    }

    /// Runs until the answer is complete, or, when a person sits at a terminal, until they leave.
    /// - Parameter greeting: the first lines: the mode, what switched it on, and what it opens.
    /// - Returns: why the run failed, if it did.
    package mutating func run(greeting: [String]) -> String? {
        let listens = !once && kvt_is_terminal(0) && kvt_is_terminal(1)
        if !once {
            say(greeting)
            if listens { say(["TYPE a command at any time; help lists them, q leaves"]) }
        }
        var isOpen = true
        while isOpen, session.failure == nil, listens || !session.hasReported {
            let ready = kvt_wait_plain(wake.readEnd, listens, -1)
            if ready & UInt32(KVT_READY_WAKE) != 0 { isOpen = takeFacts() && isOpen }
            if ready & UInt32(KVT_READY_INPUT) != 0 { isOpen = takeTyped() && isOpen }
        }
        SourceStop.wait(for: source, wake: wake)
        return session.failure
    }

    /// False when something asked to leave.
    private mutating func takeFacts() -> Bool {
        wake.drain()
        var goesOn = true
        for fact in source.take() { goesOn = fold(.fact(fact)) && goesOn }
        return fold(.tick(kvt_seconds())) && goesOn
    }

    /// Follows every complete line; false at the end of the input.
    private mutating func takeTyped() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = Int(kvt_read_typed(&bytes, Int64(bytes.count)))
        guard count > 0 else { return false }
        typed += bytes[..<count]
        while let end = typed.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: typed[..<end], as: UTF8.self)
            typed.removeSubrange(...end)
            guard answer(session.follow(line)) else { return false }
        }
        return true
    }

    private mutating func fold(_ message: InspectorMessage) -> Bool {
        answer(session.take(message))
    }

    private mutating func answer(_ reply: PlainSession.Reply) -> Bool {
        say(reply.lines)
        var goesOn = true
        for effect in reply.effects {
            switch effect {
            case .send(let command): source.send(command)
            case .quit: goesOn = false
            case .save(let path):
                let failure = TextFile.write(View.draw(session.model).text, to: path)
                goesOn = fold(.written(path: path, failure: failure)) && goesOn
            case .suspend, .redraw: break
            }
        }
        return goesOn
    }

    private func say(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        let text = lines.joined(separator: "\n") + "\n"
        kvt_print(text)
    }
}
