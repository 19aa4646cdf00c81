import HybridKV
import Testing

@testable import KVModel
@testable import KVNumerics

/// A decode step allocates nothing, on any of its threads.
@Suite(.enabled(if: AllocationWatch.isPossible)) struct AllocationTests {
    private let sample: SampleModel

    init() throws {
        sample = try SampleModel.shared.get()
    }

    @Test(arguments: [1, 3])
    func theWatchSeesASingleArray(threads: Int) {
        let compute = Compute(threads: threads)
        let slots = UnsafeMutablePointer<[Int]>.allocate(capacity: threads)
        slots.initialize(repeating: [], count: threads)
        defer {
            slots.deinitialize(count: threads)
            slots.deallocate()
        }
        var counts: [Int] = []
        counts.reserveCapacity(4)
        AllocationWatch(compute).watch { watch in
            counts.append(watch.take())
            slots[0] = Array(repeating: 1, count: 100)
            counts.append(watch.take())
            counts.append(watch.take())
        }
        #expect(counts.suffix(2) == [1, 0])

        // Whichever thread makes them.
        let work = ArrayMaker(slots: slots)
        AllocationWatch(compute).watch { watch in
            _ = watch.take()
            compute.parallel(threads, work: .max, work)
            counts.append(watch.take())
        }
        #expect(counts.last == threads)
    }

    /// Makes one array in each part.
    private final class ArrayMaker: ParallelWork {
        private let slots: UnsafeMutablePointer<[Int]>

        init(slots: UnsafeMutablePointer<[Int]>) {
            self.slots = slots
        }

        func run(part: Int, worker: Int) {
            slots[part] = Array(repeating: part, count: 100)
        }
    }

    @Test func theWatchSeesMappedMemory() {
        let compute = Compute(threads: 1)
        var mapped = 0
        AllocationWatch(compute).watch { watch in
            _ = watch.take()
            let store = RowStore(capacity: 1 << 16, dimension: 16, format: .f32)
            mapped = withExtendedLifetime(store) { watch.take() }
        }
        // The object and its memory.
        #expect(mapped == 2)
    }

    struct Steps: Sendable, CustomTestStringConvertible {
        var settings: MethodSettings
        var tokens: Int
        var threads: Int
        var isObserved: Bool
        var temperature: Double

        var testDescription: String {
            "\(settings.name) \(settings.parameters), \(tokens) tokens, \(threads) threads, "
                + "observed \(isObserved), temperature \(temperature)"
        }

        /// Short prompts, and long ones whose heads share the threads.
        static let all = (SessionCase.methods + SessionCase.evicting).flatMap { settings in
            [(60, 1, false), (60, 2, true), (1600, 3, false), (1600, 3, true)].map {
                Steps(
                    settings: settings, tokens: $0.0, threads: $0.1, isObserved: $0.2,
                    temperature: $0.2 ? 0.9 : 0)
            }
        }
    }

    @Test(arguments: Steps.all)
    func stepsAllocateNothing(steps: Steps) throws {
        let compute = Compute(threads: steps.threads)
        let prompt = try PreparedPrompt(
            tokens: (0..<Int32(steps.tokens)).map { ($0 &* 31) % 400 }, images: [],
            family: sample.model.family)
        let prefilled = try sample.model.prefill(prompt, compute: compute)
        let options = SessionOptions(
            maxTokens: 40, sampling: SamplingOptions(temperature: steps.temperature, topK: 40, topP: 0.9),
            isObserved: steps.isObserved)
        let plan = try sample.plan(prefilled, steps.settings, compute: compute)
        // Once in a process the Swift runtime makes metadata where a generic type is used first.
        var first = try DecodeSession(
            model: sample.model, consuming: prefilled, plan: plan, options: options, compute: compute)
        for _ in 0..<3 { _ = try first.step() }

        var session = try DecodeSession(
            model: sample.model, consuming: prefilled, plan: plan, options: options, compute: compute)
        var counts = [Int](repeating: -1, count: 40)
        var loaded = 0
        try AllocationWatch(compute).watch { watch in
            for step in counts.indices {
                _ = watch.take()
                let record = try session.step()
                counts[step] = watch.take()
                loaded += record?.cache.loadedChunks ?? 0
            }
        }
        #expect(counts == Array(repeating: 0, count: 40))
        // Chunks were really exchanged where there was a choice.
        if steps.tokens > 60, plan.heads.contains(where: { $0.retrieval?.coversEverything == false }) {
            #expect(loaded > 0)
        }
    }
}
