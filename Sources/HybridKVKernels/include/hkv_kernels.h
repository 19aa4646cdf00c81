// The arithmetic of the engine: every reduction runs here, in one table of functions per instruction set.
//
// Promises that the engine builds on:
//  - one output element is one sum in a fixed order that depends on its length alone, never on the other
//    rows or columns of the call, the tiling or the number of threads. So a decode step equals the same row
//    of a prefill bit for bit, and results do not depend on how work was cut;
//  - pointers need only the natural alignment of their element type; strides are counted in elements;
//  - no function allocates, locks or keeps state; lengths of zero are allowed.
#ifndef HKV_KERNELS_H
#define HKV_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// How an element is stored. Arithmetic is always in f32.
typedef enum { HKV_F32 = 0, HKV_F16 = 1, HKV_BF16 = 2 } hkv_type;

/// One instruction set's kernels.
typedef struct {
    /// "portable", "avx2" or "neon".
    const char *name;

    /// c[m, n] = a[m, k] * b[n, k]^T + bias[n]: rows of `a` against rows of `b`, both contiguous along k.
    void (*matmul_nt)(size_t m, size_t n, size_t k, const float *a, size_t lda, const void *b, hkv_type b_type,
                      size_t ldb, const float *_Nullable bias, float *c, size_t ldc);

    /// out[m, d] += p[m, rows] * v[rows, d], the rows added one after the other in ascending order.
    void (*accumulate)(size_t m, size_t rows, size_t d, const float *p, size_t ldp, const void *v,
                       hkv_type v_type, size_t ldv, float *out, size_t ldo);

    /// x[n] = softmax(scale * x); subtracts the maximum first. n = 0 does nothing.
    void (*softmax)(float *x, size_t n, float scale);

    /// out[n] = x / sqrt(mean(x^2) + eps) * weight; in place when out == x.
    void (*rms_norm)(const float *x, const void *weight, hkv_type weight_type, size_t n, float eps, float *out);

    /// gate[n] = silu(gate) * up.
    void (*silu_gate)(float *gate, const float *up, size_t n);

    /// x[n] = 0.5 * x * (1 + erf(x / sqrt 2)), the exact GELU.
    void (*gelu)(float *x, size_t n);

    /// x[n] += y.
    void (*add)(float *x, const float *y, size_t n);

    /// Rotates pairs (i, i + dim/2) of x[dim] by the angle whose cosine and sine are at [i] of cos, sin [dim/2].
    void (*rotate)(float *x, const float *cosine, const float *sine, size_t dim);

    /// out[n] = max(out, x), elementwise; low[n] = min(low, x).
    void (*bounds)(const float *x, float *low, float *high, size_t n);

    /// Widens n stored elements to f32.
    void (*widen)(const void *x, hkv_type type, size_t n, float *out);

    /// Narrows n values to a stored type, rounding to nearest even; overflow gives infinity, NaN stays NaN.
    void (*narrow)(const float *x, size_t n, hkv_type type, void *out);
} hkv_kernels;

/// The fastest table that this machine can run. The choice is made once; HKV_KERNELS=portable|avx2|neon in the
/// environment overrides it where that set is available.
const hkv_kernels *hkv_kernels_best(void);

/// Table `index` of those that this machine can run, the portable one first; NULL past the end.
const hkv_kernels *_Nullable hkv_kernels_at(size_t index);

/// Bytes of one element.
static inline size_t hkv_size(hkv_type type) { return type == HKV_F32 ? 4 : 2; }

/// A team of worker threads that run the parts of one job together with the caller.
typedef struct hkv_team hkv_team;

/// Starts `threads - 1` workers, at least 0, with every signal blocked; NULL when a thread cannot be started.
hkv_team *_Nullable hkv_team_create(size_t threads);

/// Stops and joins the workers.
void hkv_team_destroy(hkv_team *team);

/// Threads that work on a job, the caller among them.
size_t hkv_team_size(const hkv_team *team);

/// Calls body(context, part, worker) once for every part in 0..<parts and returns when all are done. Parts are
/// handed out from a shared counter, so the caller alone finishes the job when workers are late; `worker` is
/// 0..<size and unique among the threads that run at the same time. Not reentrant.
void hkv_team_run(hkv_team *team, size_t parts, void (*body)(void *_Nullable context, size_t part, size_t worker),
                  void *_Nullable context);

/// `matmul_nt` cut into parts over m and n and run by the team; small products run on the caller alone.
void hkv_team_matmul_nt(hkv_team *team, const hkv_kernels *kernels, size_t m, size_t n, size_t k, const float *a,
                        size_t lda, const void *b, hkv_type b_type, size_t ldb, const float *_Nullable bias,
                        float *c, size_t ldc);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif
/// Gives memory that was freed back to the system, where the C library would keep it for later.
void hkv_return_freed_memory(void);

#endif
