import HybridKVKernels

/// The kernels of the fastest instruction set of this machine and the team of threads that run them.
///
/// One `Compute` serves one thread at a time: the one that prefills or decodes. Results do not depend on the
/// number of threads, because every output element is one sum in a fixed order.
public final class Compute: Sendable {
    // Safety: the table is constant memory of function pointers.
    /// The table of kernels.
    package nonisolated(unsafe) let kernels: hkv_kernels
    // Safety: the team is created in init, destroyed in deinit, and its functions may be called from any thread,
    // one at a time, which is what this class asks of its callers.
    private nonisolated(unsafe) let team: OpaquePointer?
    /// Threads that share the work, the caller among them.
    public let threads: Int

    /// Starts `threads - 1` workers; nil takes all cores.
    public convenience init(threads: Int? = nil) {
        self.init(threads: threads, kernels: hkv_kernels_best().pointee)
    }

    /// The same over a given table of kernels: one instruction set of those that this machine has, or one that counts.
    package init(threads requested: Int? = nil, kernels: hkv_kernels) {
        self.kernels = kernels
        team = hkv_team_create(max(1, requested ?? ProcessorCount.online))
        threads = team.map { Int(hkv_team_size($0)) } ?? 1
    }

    deinit {
        if let team { hkv_team_destroy(team) }
    }

    /// The instruction set in use: "avx2", "neon" or "portable".
    public var instructionSet: String { String(cString: kernels.name) }

    /// Calls `body(part, worker)` once for every part, on all threads, and waits; `worker` is in 0..<threads.
    /// A single part runs on the caller.
    package func parallel(_ parts: Int, _ body: (_ part: Int, _ worker: Int) -> Void) {
        guard let team, threads > 1, parts > 1 else {
            for part in 0..<parts { body(part, 0) }
            return
        }
        withoutActuallyEscaping(body) { body in
            var job = Job(body: body)
            withUnsafeMutablePointer(to: &job) { job in
                hkv_team_run(
                    team, parts,
                    { context, part, worker in
                        context?.assumingMemoryBound(to: Job.self).pointee.body(part, worker)
                    }, job)
            }
        }
    }

    private struct Job {
        let body: (Int, Int) -> Void
    }

    /// Runs every part of `work` once, without allocating: on all threads, or on the calling one alone when the work
    /// is small.
    /// - Parameter products: multiply-adds of all parts together.
    package func parallel(_ parts: Int, work products: Int, _ work: any ParallelWork) {
        guard let team, threads > 1, parts > 1, products >= Compute.serialProducts else {
            for part in 0..<parts { work.run(part: part, worker: 0) }
            return
        }
        var work = work
        withUnsafeMutablePointer(to: &work) { work in
            hkv_team_run(
                team, parts,
                { context, part, worker in
                    context?.assumingMemoryBound(to: (any ParallelWork).self).pointee
                        .run(part: part, worker: worker)
                }, work)
        }
    }

    /// Multiply-adds below which waking the team would cost more than it saves.
    private static let serialProducts = 200_000

    /// out[rows, outputs] = x[rows, inputs] * weight^T + bias, on all threads when it is worth it.
    package func project(_ x: FloatRows, _ linear: Linear, into out: FloatRows) {
        precondition(x.columns == linear.inputs && out.columns == linear.outputs && out.rows >= x.rows)
        linear.withBias { bias in
            if let team {
                withUnsafePointer(to: kernels) {
                    hkv_team_matmul_nt(
                        team, $0, x.rows, linear.outputs, linear.inputs, x.base, x.stride, linear.weight,
                        linear.type, linear.inputs, bias, out.base, out.stride)
                }
            } else {
                kernels.matmul_nt(
                    x.rows, linear.outputs, linear.inputs, x.base, x.stride, linear.weight, linear.type,
                    linear.inputs, bias, out.base, out.stride)
            }
        }
    }

    /// out = RMSNorm(x) * weight, row by row; in place when both are the same memory.
    package func normalize(_ x: FloatRows, _ norm: RMSNorm, into out: FloatRows) {
        precondition(x.columns == norm.weight.count && out.columns == x.columns && out.rows >= x.rows)
        norm.weight.withUnsafeBufferPointer { weight in
            guard let base = weight.baseAddress else { return }
            for row in 0..<x.rows {
                kernels.rms_norm(
                    x.row(row), base, HKV_F32, x.columns, norm.epsilon, out.row(row))
            }
        }
    }

    /// x += y.
    package func add(_ y: FloatRows, to x: FloatRows) {
        precondition(x.columns == y.columns && x.rows == y.rows)
        for row in 0..<x.rows { kernels.add(x.row(row), y.row(row), x.columns) }
    }

    /// gate = silu(gate) * up.
    package func gate(_ gate: FloatRows, with up: FloatRows) {
        for row in 0..<gate.rows { kernels.silu_gate(gate.row(row), up.row(row), gate.columns) }
    }
}

/// Work in parts that any thread may take. A class, so that handing it to other threads allocates nothing.
package protocol ParallelWork: AnyObject {
    /// Does one part; `worker` is in 0..<threads, and no two parts run with the same one at a time.
    func run(part: Int, worker: Int)
}
