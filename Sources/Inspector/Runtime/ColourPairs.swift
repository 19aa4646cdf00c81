import InspectorPlain
import InspectorUpdate
import InspectorView
import InspectorWords
import KVFacts

/// Which number stands for which pair of colours: curses shows colours by number only, and has few numbers.
///
/// A table of our own, because curses' allocating call crashes without colours, and fails for good once its numbers
/// are used up. Numbers are never given to another pair while the old one may be on screen: when the table is full,
/// it is emptied as a whole and everything is painted again.
package struct ColourPairs {
    /// What became of a request.
    package enum Outcome: Hashable {
        /// The pair has this number.
        case known(Int32)
        /// The pair has this number from now on; curses has to be told.
        case new(Int32)
        /// No number is left: forget all and paint again.
        case full
    }

    /// Numbers 1...capacity may be given out; 0 is the terminal's own colours.
    package let capacity: Int
    /// By foreground and background, -1...255 each; 0 where there is none yet.
    private var numbers = [Int32](repeating: 0, count: side * side)
    package private(set) var count = 0
    private var lastForgotten = -Double.infinity
    private static let side = 257
    /// Painting everything again clears the screen: a picture that needs more pairs than there are must not do so
    /// with every frame.
    private static let secondsBetween = 2.0

    package init(capacity: Int) {
        self.capacity = capacity
    }

    /// The number of a pair; nil stands for the terminal's own colour.
    package mutating func number(foreground: UInt8?, background: UInt8?) -> Outcome {
        if foreground == nil, background == nil { return .known(0) }
        let place = Self.place(foreground) * Self.side + Self.place(background)
        if numbers[place] > 0 { return .known(numbers[place]) }
        guard count < capacity else { return .full }
        count += 1
        numbers[place] = Int32(count)
        return .new(Int32(count))
    }

    /// Starts anew, unless that was done a moment ago; false then, and what has no number stays without colour.
    package mutating func forget(at now: Double) -> Bool {
        guard now - lastForgotten >= Self.secondsBetween else { return false }
        lastForgotten = now
        for place in numbers.indices { numbers[place] = 0 }
        count = 0
        return true
    }

    private static func place(_ colour: UInt8?) -> Int { colour.map { Int($0) + 1 } ?? 0 }
}
