import KVFacts
import Synchronization

/// Carries steps from the decode thread to one reader without a lock and without allocating.
///
/// One thread writes, one thread reads. Each entry names the plan that it was made under, so that a reader never
/// mixes the steps of two plans.
final class StepRing: @unchecked Sendable {
    // Safety: `written` is advanced by the writer after the slot is filled, `read` by the reader after the slot was
    // copied; each side reads the other's counter with acquiring order before it touches a slot.

    /// A step and the plan that it belongs to.
    struct Entry {
        var generation: Int
        var record: StepRecord
    }

    private let capacity: Int
    private let slots: UnsafeMutablePointer<Entry>
    private let written = Atomic<Int>(0)
    private let read = Atomic<Int>(0)

    init(capacity: Int) {
        self.capacity = capacity
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: Entry(generation: -1, record: StepRecord(index: 0)), count: capacity)
    }

    deinit {
        slots.deallocate()
    }

    /// Adds a step; false when the reader is a whole ring behind.
    func push(_ entry: Entry) -> Bool {
        let end = written.load(ordering: .relaxed)
        guard end - read.load(ordering: .acquiring) < capacity else { return false }
        slots[end % capacity] = entry
        written.store(end + 1, ordering: .releasing)
        return true
    }

    /// Takes the steps of one plan: older ones are dropped, newer ones stay.
    func take(generation: Int) -> [StepRecord] {
        var place = read.load(ordering: .relaxed)
        let end = written.load(ordering: .acquiring)
        var records: [StepRecord] = []
        while place < end {
            let entry = slots[place % capacity]
            if entry.generation > generation { break }
            if entry.generation == generation { records.append(entry.record) }
            place += 1
        }
        read.store(place, ordering: .releasing)
        return records
    }
}
