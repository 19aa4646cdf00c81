import HybridKV
import Testing

@testable import KVMethods

/// The numbers that explain a budget: floor + share is the budget before it is made whole.
@Suite struct AllocationNoteTests {
    @Test(arguments: [BudgetAllocation.Weighting.score, .inverse, .uniform])
    func floorAndShareMakeTheBudget(weighting: BudgetAllocation.Weighting) {
        let scores = [0.95, 0.91, 0.5, 0.99, 0.7, 0.93]
        let request = AllocationRequest(
            heads: scores.indices.map { HeadID(layer: $0, head: 0) },
            classes: scores.map { $0 >= 0.9 ? .static : .dynamic }, scores: scores, uniformRows: 40,
            tokenCount: 200)
        let allocation = BudgetAllocation(
            balance: 0.4, level: .perHeadDiscount, weighting: weighting, chunk: 4
        ).allocate(request, window: Array(180..<200))
        for (budget, note) in zip(allocation.budgets, allocation.notes) where note.floor > 0 {
            #expect(abs(Double(note.floor) + note.share - Double(budget)) < 1)
        }
        #expect(allocation.notes.count { $0.floor == 20 } == 4)
        let shared = zip(allocation.notes, request.classes).filter { $1 == .static }.map(\.0.share)
        #expect(
            abs(shared.reduce(0, +) - Double(240 - 2 * 16 - 4 * 20)) < 1e-9,
            "shares are what is above the floors")
    }
}
