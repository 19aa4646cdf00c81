#include "kernel_counter.h"

#include <stdatomic.h>

static struct {
    const char *name;
    _Atomic uint64_t calls, work, bytes[3];
} counters[KERNEL_COUNT] = {
    {.name = "matmul_nt"}, {.name = "accumulate"}, {.name = "softmax"}, {.name = "rms_norm"},
    {.name = "silu_gate"}, {.name = "gelu"},       {.name = "add"},     {.name = "rotate"},
    {.name = "bounds"},    {.name = "widen"},      {.name = "narrow"},
};

// The functions of a table take no context, so the one that is counted stands here.
static _Atomic(const hkv_kernels *) counted;

static const hkv_kernels *note(counted_kernel kernel, size_t work, hkv_type type, size_t stored) {
    atomic_fetch_add_explicit(&counters[kernel].calls, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&counters[kernel].work, work, memory_order_relaxed);
    atomic_fetch_add_explicit(&counters[kernel].bytes[type], stored * hkv_size(type), memory_order_relaxed);
    return atomic_load_explicit(&counted, memory_order_acquire);
}

static void matmul_nt(size_t m, size_t n, size_t k, const float *a, size_t lda, const void *b, hkv_type b_type,
                      size_t ldb, const float *bias, float *c, size_t ldc) {
    note(KERNEL_MATMUL_NT, m * n * k, b_type, n * k)->matmul_nt(m, n, k, a, lda, b, b_type, ldb, bias, c, ldc);
}

static void accumulate(size_t m, size_t rows, size_t d, const float *p, size_t ldp, const void *v, hkv_type v_type,
                       size_t ldv, float *out, size_t ldo) {
    note(KERNEL_ACCUMULATE, m * rows * d, v_type, rows * d)
        ->accumulate(m, rows, d, p, ldp, v, v_type, ldv, out, ldo);
}

static void softmax(float *x, size_t n, float scale) {
    note(KERNEL_SOFTMAX, n, HKV_F32, 0)->softmax(x, n, scale);
}

static void rms_norm(const float *x, const void *weight, hkv_type weight_type, size_t n, float eps, float *out) {
    note(KERNEL_RMS_NORM, n, weight_type, n)->rms_norm(x, weight, weight_type, n, eps, out);
}

static void silu_gate(float *gate, const float *up, size_t n) {
    note(KERNEL_SILU_GATE, n, HKV_F32, 0)->silu_gate(gate, up, n);
}

static void gelu(float *x, size_t n) { note(KERNEL_GELU, n, HKV_F32, 0)->gelu(x, n); }

static void add(float *x, const float *y, size_t n) { note(KERNEL_ADD, n, HKV_F32, 0)->add(x, y, n); }

static void rotate(float *x, const float *cosine, const float *sine, size_t dim) {
    note(KERNEL_ROTATE, dim, HKV_F32, 0)->rotate(x, cosine, sine, dim);
}

static void bounds(const float *x, float *low, float *high, size_t n) {
    note(KERNEL_BOUNDS, n, HKV_F32, 0)->bounds(x, low, high, n);
}

static void widen(const void *x, hkv_type type, size_t n, float *out) {
    note(KERNEL_WIDEN, n, type, n)->widen(x, type, n, out);
}

static void narrow(const float *x, size_t n, hkv_type type, void *out) {
    note(KERNEL_NARROW, n, type, n)->narrow(x, n, type, out);
}

hkv_kernels counting_kernels(const hkv_kernels *inner) {
    atomic_store_explicit(&counted, inner, memory_order_release);
    return (hkv_kernels){
        .name = inner->name, .matmul_nt = matmul_nt, .accumulate = accumulate, .softmax = softmax,
        .rms_norm = rms_norm, .silu_gate = silu_gate, .gelu = gelu, .add = add, .rotate = rotate,
        .bounds = bounds, .widen = widen, .narrow = narrow,
    };
}

void counted_reset(void) {
    for (int i = 0; i < KERNEL_COUNT; i++) {
        atomic_store(&counters[i].calls, 0);
        atomic_store(&counters[i].work, 0);
        for (int type = 0; type < 3; type++) atomic_store(&counters[i].bytes[type], 0);
    }
}

counted_work counted_kernel_work(counted_kernel kernel) {
    counted_work result = {.calls = atomic_load(&counters[kernel].calls), .work = atomic_load(&counters[kernel].work)};
    for (int type = 0; type < 3; type++) result.bytes[type] = atomic_load(&counters[kernel].bytes[type]);
    return result;
}

const char *counted_kernel_name(counted_kernel kernel) { return counters[kernel].name; }
