import KVFacts
import KVNumerics

/// What a head's resident rows are worth while it decodes, and which of them goes next. All memory is reserved at init.
final class RowEviction {
    let plan: EvictionPlan
    /// What rows are worth, and the last step's attention, mean over the group, [2, capacity].
    private let worth: FloatMatrix
    private let tokens: UnsafeMutablePointer<Int32>  // [capacity]: token index of every resident row
    private let capacity: Int

    /// Begins with the rows that a head keeps of the prompt.
    init(plan: EvictionPlan, kept: [Int32], capacity: Int) {
        self.plan = plan
        self.capacity = capacity
        worth = FloatMatrix(rows: 2, columns: capacity)
        tokens = .allocate(capacity: max(1, capacity))
        tokens.initialize(repeating: -1, count: max(1, capacity))
        for (row, token) in kept.enumerated() { tokens[row] = token }
        for (row, value) in plan.worth.enumerated() { worth.all.row(0)[row] = value }
    }

    deinit {
        tokens.deallocate()
    }

    /// The token of a resident row.
    func token(ofRow row: Int) -> Int { Int(tokens[row]) }

    /// A generated token takes a row; nothing is known of its worth yet.
    func append(token: Int, row: Int) {
        precondition(row < capacity)
        tokens[row] = Int32(token)
        worth.all.row(0)[row] = 0
    }

    /// Notes the last step's attention, [group, rows].
    func note(_ table: FloatRows, rows: Int) {
        let last = worth.all.row(1)
        let share = 1 / Float(table.rows)
        for row in 0..<rows { last[row] = table.row(0)[row] * share }
        for query in 1..<max(1, table.rows) {
            let line = table.row(query)
            for row in 0..<rows { last[row] += line[row] * share }
        }
    }

    /// Takes the mean over the heads of a layer, which hold the same rows, for the head's own attention.
    func share(_ all: ArraySlice<HeadCache>, rows: Int) {
        let first = worth.all.row(1)
        var count: Float = 1
        for head in all {
            guard let other = head.eviction, other !== self else { continue }
            let line = other.worth.all.row(1)
            for row in 0..<rows { first[row] += line[row] }
            count += 1
        }
        for row in 0..<rows { first[row] /= count }
    }

    /// Copies the shared attention of another head.
    func copyAttention(of other: RowEviction, rows: Int) {
        worth.all.row(1).update(from: other.worth.all.row(1), count: rows)
    }

    /// What rows are worth after the step whose attention was noted.
    func settle(rows: Int) {
        let (value, last) = (worth.all.row(0), worth.all.row(1))
        let memory = Float(plan.memory)
        for row in 0..<rows { value[row] = memory * value[row] + last[row] }
    }

    /// The row that is worth least, outside the newest ones; of equal rows the latest, as ties are kept from the front.
    func victim(rows: Int) -> Int {
        let value = worth.all.row(0)
        var worst = 0
        for row in 0..<max(1, rows - plan.recent) where value[row] <= value[worst] { worst = row }
        return worst
    }

    /// Forgets a row; those behind it move up.
    func remove(row: Int, rows: Int) {
        let rest = rows - row - 1
        (tokens + row).update(from: tokens + row + 1, count: rest)
        for line in 0..<2 {
            let base = worth.all.row(line) + row
            base.update(from: base + 1, count: rest)
        }
    }
}
