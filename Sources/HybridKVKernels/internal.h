// What the kernel files share with each other and hide from Swift.
#ifndef HKV_INTERNAL_H
#define HKV_INTERNAL_H

#include "hkv_kernels.h"

#if defined(__x86_64__)
#define HKV_HAS_AVX2 1
#elif defined(__aarch64__)
#define HKV_HAS_NEON 1
#endif

extern const hkv_kernels hkv_portable;
#if HKV_HAS_AVX2
extern const hkv_kernels hkv_avx2;
#elif HKV_HAS_NEON
extern const hkv_kernels hkv_neon;
#endif

// Every set works in groups of eight lanes, so that each has the same order of summation at every width.
enum { HKV_LANES = 8 };

// exp(x) = 2^n * e^r with n = round(x / ln 2) and |r| <= ln 2 / 2. ln 2 comes in two pieces: the first has so
// few bits that n * HKV_LN2_HIGH is exact. The series for e^r stops at r^7, whose successor is below a tenth
// of an ulp. Outside the range below, the result is 0 or infinity in f32.
#define HKV_EXP_LOWEST (-104.0f)
#define HKV_EXP_HIGHEST 89.0f
#define HKV_LOG2_E 1.44269504088896341f
#define HKV_LN2_HIGH 0.693359375f
#define HKV_LN2_LOW (-2.12194440054690583e-4f)
static const float hkv_exp_series[8] = {
    1.0f, 1.0f, 1.0f / 2, 1.0f / 6, 1.0f / 24, 1.0f / 120, 1.0f / 720, 1.0f / 5040,
};

// The address of element `index` of stored elements.
static inline const void *hkv_element(const void *base, hkv_type type, size_t index) {
    return (const char *)base + index * hkv_size(type);
}

#endif
