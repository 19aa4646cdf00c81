import KVFacts

/// Where everything lies, chosen by size, not by scaling.
package struct Layout: Sendable, Hashable {
    package enum Size: Int, Sendable, Comparable {
        /// A few lines or columns: the status, and what else fits.
        case line
        /// Below 80x24: the side panel, the stream and the counters go first.
        case compact
        /// 80x24.
        case small
        /// 120x36.
        case medium
        /// 160x48: two screens side by side.
        case large

        package static func < (left: Size, right: Size) -> Bool { left.rawValue < right.rawValue }
    }

    package let size: Size
    package let header: Box
    package let tabs: Box
    /// The screen in front.
    package let body: Box
    /// A second screen beside it, on large terminals.
    package let side: Box
    package let sideScreen: ScreenName
    package let counters: Box
    package let stream: Box
    package let verdict: Box
    package let notice: Box
    package let hints: Box
    /// Rules to draw.
    package let rules: [Box]

    package init(width: Int, height: Int, screen: ScreenName) {
        size = Self.size(width, height)
        var rest = Box(x: 0, y: 0, width: width, height: height)
        var rules: [Box] = []
        header = rest.takeTop(1)
        tabs = rest.takeTop(height >= 16 && size > .line ? 1 : 0)
        if height >= 22, size > .line { rules.append(rest.takeTop(1)) }
        // On the smallest screens the last line is for whatever has to be said.
        hints = rest.takeBottom(size == .line ? (height >= 3 ? 1 : 0) : 1)
        notice = size >= .small ? rest.takeBottom(1) : hints
        verdict = rest.takeBottom(size == .line ? 0 : 1)
        let lines = Self.streamLines(size, screen)
        stream = rest.takeBottom(lines)
        counters = rest.takeBottom(Self.counterLines(size, screen, rest.height))
        // At 80x24 two rows of pictures of six by six cells need the line.
        if counters.height > 1, !(size == .small && screen == .head) { rules.append(rest.takeBottom(1)) }
        if size == .large {
            let right = rest.takeRight(rest.width / 2, gap: 1)
            let other: ScreenName = screen == .map ? .head : .map
            sideScreen = other
            // The map stays on the left, so that it is always found at the same place.
            body = screen == .map ? rest : right
            side = screen == .map ? right : rest
        } else {
            body = rest
            side = Box(x: 0, y: 0, width: 0, height: 0)
            sideScreen = screen
        }
        self.rules = rules
    }

    /// What help and checks lie over: all of the body; on small screens the counters and the answer give way too, or
    /// help would have many pages.
    package var overlay: Box {
        let left = min(body.x, side.isEmpty ? body.x : side.x)
        let width = body.width + (side.isEmpty ? 0 : side.width + 1)
        let bottom = size > .small ? body.y + body.height : stream.y + stream.height
        return Box(x: left, y: body.y, width: width, height: bottom - body.y)
    }

    private static func size(_ width: Int, _ height: Int) -> Size {
        if width < 34 || height < 8 { return .line }
        if width < 80 || height < 24 { return .compact }
        if width < 120 || height < 36 { return .small }
        return width < 160 || height < 48 ? .medium : .large
    }

    /// The answer below the map and the head; the tokens screen shows it itself.
    private static func streamLines(_ size: Size, _ screen: ScreenName) -> Int {
        if screen == .tokens || screen == .compare || (screen == .budget && size < .large) { return 0 }
        return switch size {
        case .line, .compact: 0
        case .small: screen == .map ? 2 : 1
        case .medium, .large: 3
        }
    }

    /// None on the compare screen: the run waits there, and every branch has counters of its own.
    private static func counterLines(_ size: Size, _ screen: ScreenName, _ room: Int) -> Int {
        if screen == .compare { return 0 }
        // The waterfall needs the lines, and counts its bytes itself.
        if screen == .budget, size < .large { return 0 }
        return switch size {
        case .line: 0
        case .compact: room >= 12 ? 2 : 0
        case .small: screen == .map ? 4 : 2
        case .medium, .large: 7
        }
    }
}
