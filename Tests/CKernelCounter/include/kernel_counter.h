// Counts what the kernels of a table are asked for: work that no clock and no other load on the machine changes.
#ifndef KERNEL_COUNTER_H
#define KERNEL_COUNTER_H

#include "hkv_kernels.h"

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// The functions of a table, in its order.
typedef enum {
    KERNEL_MATMUL_NT,
    KERNEL_ACCUMULATE,
    KERNEL_SOFTMAX,
    KERNEL_RMS_NORM,
    KERNEL_SILU_GATE,
    KERNEL_GELU,
    KERNEL_ADD,
    KERNEL_ROTATE,
    KERNEL_BOUNDS,
    KERNEL_WIDEN,
    KERNEL_NARROW,
    KERNEL_COUNT,
} counted_kernel;

/// What one function was asked for.
typedef struct {
    uint64_t calls;
    /// Multiply-adds of the two products; elements of the others.
    uint64_t work;
    /// Bytes of stored elements that a call reads or, narrowing, writes: [f32, f16, bf16]. They are counted once a
    /// call, however often a tile comes back to them.
    uint64_t bytes[3];
} counted_work;

/// A table that counts and passes every call on to `inner`, under its name. There is one set of counters in a process,
/// which any thread may add to: one user at a time.
hkv_kernels counting_kernels(const hkv_kernels *inner);

/// Sets all counters to zero.
void counted_reset(void);

/// What was asked for since.
counted_work counted_kernel_work(counted_kernel kernel);

/// Its name in the table.
const char *counted_kernel_name(counted_kernel kernel);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
