import Foundation
import HybridKVKernels
import Testing

/// What the parts of one job write: plain memory, so that the thread sanitizer sees a part that runs twice.
private struct Job {
    static let marker = 0x4A0B

    /// Set while the job runs; a late worker would meet 0 here.
    var running = marker
    /// How often each part ran.
    var counts: UnsafeMutablePointer<Int32>
    /// Parts that each worker is in.
    var busy: UnsafeMutablePointer<Int32>
    var failures: UnsafeMutablePointer<Int32>
    var parts: Int
    var workers: Int
}

/// Runs jobs on one team and keeps count.
private final class JobRunner {
    let team: OpaquePointer
    let workers: Int
    private let counts: UnsafeMutablePointer<Int32>
    private let busy: UnsafeMutablePointer<Int32>
    private let failures: UnsafeMutablePointer<Int32>
    private let most = 600

    init(threads: Int) throws {
        team = try #require(hkv_team_create(threads))
        workers = hkv_team_size(team)
        counts = .allocate(capacity: most)
        busy = .allocate(capacity: workers)
        failures = .allocate(capacity: workers)
        busy.initialize(repeating: 0, count: workers)
        failures.initialize(repeating: 0, count: workers)
    }

    deinit {
        hkv_team_destroy(team)
        counts.deallocate()
        busy.deallocate()
        failures.deallocate()
    }

    /// Whether each of `parts` ran exactly once and nothing else did.
    func run(parts: Int) -> Bool {
        counts.initialize(repeating: 0, count: most)
        var job = Job(counts: counts, busy: busy, failures: failures, parts: parts, workers: workers)
        hkv_team_run(
            team, parts,
            { context, part, worker in
                guard let job = context?.assumingMemoryBound(to: Job.self) else { return }
                // Every slot below belongs to this worker or this part, so plain accesses suffice.
                let valid = job.pointee.running == Job.marker && part < job.pointee.parts
                guard worker < job.pointee.workers else { return }
                job.pointee.busy[worker] += 1
                if !valid || job.pointee.busy[worker] != 1 { job.pointee.failures[worker] += 1 }
                if part < job.pointee.parts { job.pointee.counts[part] += 1 }
                job.pointee.busy[worker] -= 1
            }, &job)
        job.running = 0
        let once = (0..<parts).allSatisfy { counts[$0] == 1 }
        return once && (0..<workers).allSatisfy { failures[$0] == 0 && busy[$0] == 0 }
    }
}

@Suite struct TeamTests {
    @Test("Every part runs once, whatever the count", arguments: 1...4)
    func runsEveryPart(threads: Int) throws {
        let runner = try JobRunner(threads: threads)
        #expect(runner.workers == threads)
        let failed = (Array(0...40) + [255, 600]).filter { !runner.run(parts: $0) }
        #expect(failed.isEmpty)
    }

    @Test("Ten thousand jobs, one right after the other", arguments: 2...4)
    func runsJobsBackToBack(threads: Int) throws {
        let runner = try JobRunner(threads: threads)
        var failed = 0
        for job in 0..<10_000 where !runner.run(parts: job % 9) { failed += 1 }
        #expect(failed == 0)
    }

    @Test("Workers that fell asleep wake up for the next job")
    func wakesSleepers() throws {
        let runner = try JobRunner(threads: 3)
        var failed = 0
        for job in 0..<200 {
            usleep(UInt32(job % 5) * 100)
            if !runner.run(parts: 2 + job % 7) { failed += 1 }
        }
        #expect(failed == 0)
    }

    @Test("Teams that compete for the cores stay apart")
    func runsUnderLoad() async throws {
        let failed = try await withThrowingTaskGroup(of: Int.self) { group in
            for threads in [2, 3, 4, 2] {
                group.addTask {
                    let runner = try JobRunner(threads: threads)
                    return (0..<1000).count { !runner.run(parts: $0 % 23) }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(failed == 0)
    }

    @Test("No thread asked for is one thread: the caller")
    func hasAtLeastTheCaller() throws {
        let team = try #require(hkv_team_create(0))
        defer { hkv_team_destroy(team) }
        #expect(hkv_team_size(team) == 1)
    }

    @Test("Teams come and go")
    func startsAndStops() throws {
        for round in 0..<100 {
            let runner = try JobRunner(threads: 1 + round % 4)
            if round % 2 == 0 { #expect(runner.run(parts: 5)) }
        }
    }

    @Test("Workers take part, and no signal reaches them")
    func blocksSignals() throws {
        let team = try #require(hkv_team_create(3))
        defer { hkv_team_destroy(team) }
        // Parts that each worker ran, then parts of each in which a signal was let through.
        var counts = [Int32](repeating: 0, count: 6)
        for _ in 0..<100 where counts[1] == 0 || counts[2] == 0 {
            hkv_team_run(
                team, 6,
                { context, _, worker in
                    guard let counts = context?.assumingMemoryBound(to: Int32.self) else { return }
                    usleep(1000)  // long enough for every worker to come
                    var mask = sigset_t()
                    pthread_sigmask(SIG_BLOCK, nil, &mask)
                    let signals = [SIGINT, SIGTERM, SIGWINCH, SIGHUP]
                    let blocked = signals.allSatisfy { sigismember(&mask, $0) == 1 }
                    counts[worker] += 1
                    if worker > 0 && !blocked { counts[3 + worker] += 1 }
                }, &counts)
        }
        #expect(counts[1] > 0 && counts[2] > 0)
        #expect(counts[4] == 0 && counts[5] == 0)
    }
}
