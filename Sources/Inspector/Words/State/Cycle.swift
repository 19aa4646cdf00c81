/// Values that are gone through one after the other.
package enum Cycle {
    /// The neighbour of a value; behind the last comes the first.
    package static func next<Value: Equatable>(_ value: Value, in values: [Value], by step: Int) -> Value {
        let place = values.firstIndex(of: value) ?? 0
        return values[(place + step + values.count) % values.count]
    }
}
