import CTerminal
import InspectorPlain
import InspectorUpdate
import InspectorView
import InspectorWords
import KVFacts

/// Waits for keys, signals and the run; folds what comes into the model; draws when something may have changed.
package struct EventLoop: ~Copyable {
    package private(set) var model: InspectorModel
    private var terminal: Terminal
    private let source: any RunSource
    private let wake: WakePipe
    private var keys = KeyDecoder()
    private var pacer = FramePacer()
    /// Something came that a frame may have to show.
    private var isDirty = true
    private var outcome: ExitReason?
    private var lastInput = 0.0

    /// Seconds between two looks at the clock while nothing happens; a screen that stays the same sends nothing.
    private static let idleTick = 1.0
    /// A paste without its end mark is taken for complete after this many seconds.
    private static let pasteTimeout = 0.5
    /// The parts of one escape sequence follow each other within this many seconds, over slow lines too.
    private static let sequenceTimeout = 0.2

    package init(terminal: consuming Terminal, source: any RunSource, wake: WakePipe, model: InspectorModel) {
        self.terminal = terminal
        self.source = source
        self.wake = wake
        self.model = model
    }

    /// Runs until something ends it.
    package mutating func run() -> ExitReason {
        tellSize()
        var nextTick = kvt_seconds() + Self.idleTick
        while true {
            if let outcome { return outcome }
            let now = kvt_seconds()
            let due = isDirty ? pacer.nextFrame(now: now) : nextTick
            if due <= now {
                draw(at: now)
                nextTick = kvt_seconds() + Self.idleTick
            } else {
                wait(seconds: min(due, nextTick) - now)
            }
        }
    }

    /// Gives the terminal back; nothing is drawn after that.
    package mutating func closeTerminal() {
        terminal.close()
    }

    // MARK: Waiting

    private mutating func wait(seconds: Double) {
        // Rounded up: a wait that ends too early would only be repeated.
        let milliseconds = Int32(min(seconds * 1000, 60_000).rounded(.up))
        let ready = kvt_wait(wake.readEnd, milliseconds)
        if ready & UInt32(KVT_READY_SIGNAL) != 0 { takeSignals() }
        if ready & UInt32(KVT_READY_INPUT) != 0 { takeKeys() }
        if ready & UInt32(KVT_READY_HANGUP) != 0, outcome == nil { outcome = .terminalLost }
        if ready & UInt32(KVT_READY_WAKE) != 0 { takeFacts() }
        if ready == 0, kvt_seconds() - lastInput > Self.pasteTimeout {
            for message in keys.giveUpPaste() { fold(message) }
        }
    }

    private mutating func takeSignals() {
        let signals = kvt_take_signals()
        if signals.ended_by != 0 { outcome = .signal(signals.ended_by) }
        if signals.resized { tellSize() }
        if signals.continued {
            terminal.resume()
            comeBack()
        }
        if signals.interrupt_typed { press(.control("c")) }
        if signals.suspend_typed { press(.control("z")) }
    }

    private mutating func takeKeys() {
        let now = kvt_seconds()
        if now - lastInput > Self.sequenceTimeout { keys.abandonSequence() }
        lastInput = now
        while outcome == nil, let input = terminal.nextInput() {
            for message in keys.take(input) { fold(message) }
        }
        for message in keys.finish() { fold(message) }
        pacer.pressed(at: lastInput)
    }

    private mutating func takeFacts() {
        wake.drain()
        for fact in source.take() { fold(.fact(fact)) }
    }

    private mutating func press(_ key: Key) {
        pacer.pressed(at: kvt_seconds())
        fold(.key(key))
    }

    // MARK: Folding

    private mutating func fold(_ message: InspectorMessage) {
        isDirty = true
        perform(Update.update(&model, message))
    }

    private mutating func perform(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .send(let command): source.send(command)
            case .suspend:
                terminal.suspend()
                comeBack()
            case .redraw:
                terminal.invalidate()
                isDirty = true
            case .save(let path):
                fold(.written(path: path, failure: TextFile.write(View.draw(model).text, to: path)))
            case .quit: outcome = .quit
            }
        }
    }

    /// The process stood still, perhaps for days and on another terminal size.
    private mutating func comeBack() {
        tellSize()
        fold(.continued)
    }

    private mutating func tellSize() {
        let size = terminal.size()
        terminal.invalidate()
        fold(.resized(width: size.width, height: size.height))
    }

    // MARK: Drawing

    private mutating func draw(at start: Double) {
        isDirty = false
        perform(Update.update(&model, .tick(start)))
        guard outcome == nil else { return }
        let seconds = terminal.show(View.draw(model))
        pacer.drew(at: start, seconds: seconds ?? 0)
        if let seconds { perform(Update.update(&model, .frameDrawn(seconds))) }
        DebugCrash.afterFrame()
    }
}
