// Chooses the instruction set at run time, so that one binary serves every machine of an architecture.
#include "internal.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static int runs_here(const hkv_kernels *kernels) {
#if HKV_HAS_AVX2
    // The built-in also asks whether the system saves the wide registers.
    if (kernels == &hkv_avx2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
#endif
    (void)kernels;
    return 1;
}

// In ascending order of speed.
static const hkv_kernels *const sets[] = {
    &hkv_portable,
#if HKV_HAS_AVX2
    &hkv_avx2,
#elif HKV_HAS_NEON
    &hkv_neon,
#endif
};

const hkv_kernels *hkv_kernels_at(size_t index) {
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (runs_here(sets[i]) && index-- == 0) return sets[i];
    return NULL;
}

static const hkv_kernels *choose(void) {
    const char *wanted = getenv("HKV_KERNELS");
    const hkv_kernels *best = &hkv_portable, *set;
    for (size_t i = 0; (set = hkv_kernels_at(i)); i++) {
        if (wanted && strcmp(wanted, set->name) == 0) return set;
        best = set;
    }
    return best;
}

const hkv_kernels *hkv_kernels_best(void) {
    // Threads that arrive together choose the same; the first one to store decides.
    static _Atomic(const hkv_kernels *) chosen;
    const hkv_kernels *set = atomic_load_explicit(&chosen, memory_order_acquire);
    if (set) return set;
    const hkv_kernels *mine = choose();
    return atomic_compare_exchange_strong(&chosen, &set, mine) ? mine : set;
}
