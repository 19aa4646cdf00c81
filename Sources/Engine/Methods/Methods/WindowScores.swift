import KVFacts
import KVNumerics

/// The scores of the SnapKV family: what the prompt's last rows attend to, pooled over neighbours.
///
/// The last `rows` tokens are always kept; the others, the prefix, compete. Under grouped-query attention one set of
/// rows is kept per KV head: attention is averaged over the group first, then pooled.
struct WindowScores: RowScorer {
    /// How neighbours share their scores.
    enum Pooling: String, CaseIterable {
        /// The mean; beyond the prefix count zeros, and the divisor is always the kernel.
        case avg
        /// The maximum.
        case max
    }

    /// Rows that are wanted; fewer when the budget is small.
    let rows: Int
    /// Neighbours that are pooled, odd.
    var kernel = 1
    var pooling = Pooling.avg

    /// The last tokens of the prompt: as many as are wanted, or half of a budget that is smaller than twice that.
    func window(uniformRows: Int) -> ObservationWindow {
        ObservationWindow(kind: .lastW, rows: uniformRows < 2 * rows ? uniformRows / 2 : rows)
    }

    func needs(uniformRows: Int) -> EvidenceNeeds { .window(window(uniformRows: uniformRows)) }

    /// The window, from its end.
    func protected(_ input: PlanInput) -> [Int] {
        window(uniformRows: input.uniformRows).tokenIndices(in: input.evidence.layout).reversed()
    }

    /// Pooled attention of the tokens before the window, [N - w].
    func scores(of head: HeadID, _ input: PlanInput) -> [Double] {
        let window = window(uniformRows: input.uniformRows)
        let count = window.tokenIndices(in: input.evidence.layout).count
        return pool(Array(input.evidence.attention(of: head, in: window).dropLast(count)))
    }

    private func pool(_ values: [Double]) -> [Double] {
        let reach = kernel / 2
        return values.indices.map { centre in
            let neighbours = values[max(0, centre - reach)...min(values.count - 1, centre + reach)]
            return switch pooling {
            case .avg: neighbours.reduce(0, +) / Double(kernel)
            case .max: neighbours.max() ?? 0
            }
        }
    }

    // MARK: Parameters

    /// How many rows a window has.
    static let rows = Parameter.whole(
        "windowRows", 32, in: 1...ParameterLimit.rows, unit: "rows",
        "rows at the prompt's end that score and are always kept; half the budget when that is less than twice as many"
    )

    /// The parameters of a method of this family, with its own defaults.
    struct Parameters: Sendable {
        let kernel: Parameter<Int>
        let pooling: Parameter<Pooling>

        init(kernel: Int, pooling: Pooling) {
            self.kernel = .odd(
                "kernel", kernel, in: 1...255, unit: "rows", "neighbours whose scores are pooled")
            self.pooling = .choice("pooling", pooling, "how they are pooled")
        }

        var all: [any ParameterDeclaration] {
            [WindowScores.rows, kernel, pooling]
        }
    }

    /// Reads `windowRows`, `kernel` and `pooling`.
    init(_ values: ParameterValues, _ parameters: Parameters) {
        rows = values[WindowScores.rows]
        kernel = values[parameters.kernel]
        pooling = values[parameters.pooling]
    }

    /// A window without pooling.
    init(rows: Int) {
        self.rows = rows
    }
}

extension AllocationRequest {
    /// The largest budgets lose one row each until all together have at most `total`; ties go to the smaller index.
    static func trim(_ budgets: inout [Int], to total: Int) {
        var excess = budgets.reduce(0, +) - total
        while excess > 0, let most = budgets.max(), let place = budgets.firstIndex(of: most) {
            budgets[place] -= 1
            excess -= 1
        }
    }

    /// Places of the request's heads by layer, in order.
    package var layers: [(layer: Int, places: Range<Int>)] {
        var result: [(layer: Int, places: Range<Int>)] = []
        for (place, head) in heads.enumerated() {
            if let last = result.last, last.layer == head.layer {
                result[result.count - 1].places = last.places.lowerBound..<place + 1
            } else {
                result.append((head.layer, place..<place + 1))
            }
        }
        return result
    }

    /// An allocation of these budgets.
    func allocation(_ budgets: [Int], shares: [Double]? = nil, weights: [Double]? = nil, floor: Int = 0)
        -> Allocation
    {
        Allocation(
            budgets: budgets,
            notes: budgets.indices.map {
                AllocationNote(
                    floor: floor, share: shares?[$0] ?? Double(budgets[$0]), weight: weights?[$0] ?? 1,
                    isCapped: budgets[$0] == tokenCount)
            }, chunkSize: 1)
    }
}
