// The kernels for x86 with AVX2, FMA and F16C. This file says what one group of eight lanes can do; the kernels
// themselves are in lanes_*.h, shared with NEON. The target is named at every function, so the rest of the
// program keeps running on machines without it.
#include "internal.h"

#if HKV_HAS_AVX2

#include <immintrin.h>
#include <math.h>
#include <string.h>

// A product and a sum are fused where the code says so and nowhere else.
#pragma STDC FP_CONTRACT OFF

#define HKV_KERNEL static __attribute__((target("avx2,fma,f16c")))
#define HKV_INLINE static inline __attribute__((target("avx2,fma,f16c"), always_inline))

typedef __m256 lanes;
typedef struct {
    __m256d low, high;
} wide_lanes;

// MARK: Loads and stores. "First" means: only the first `count` lanes are touched in memory; a load has zeros
// in the others.

// -1 in the lanes below `count`.
HKV_INLINE __m256i first_mask(size_t count) {
    static const int32_t steps[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
    return _mm256_loadu_si256((const __m256i *)(steps + 8 - count));
}

HKV_INLINE lanes v_zero(void) { return _mm256_setzero_ps(); }
HKV_INLINE lanes v_all(float x) { return _mm256_set1_ps(x); }
HKV_INLINE lanes v_load(const float *x) { return _mm256_loadu_ps(x); }
HKV_INLINE void v_store(float *x, lanes v) { _mm256_storeu_ps(x, v); }
HKV_INLINE lanes v_load_first(const float *x, size_t count) { return _mm256_maskload_ps(x, first_mask(count)); }
HKV_INLINE void v_store_first(float *x, lanes v, size_t count) { _mm256_maskstore_ps(x, first_mask(count), v); }

HKV_INLINE lanes v_from_half(hkv_type type, const void *x) {
    __m128i half = _mm_loadu_si128(x);
    if (type == HKV_F16) return _mm256_cvtph_ps(half);
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(half), 16));
}

HKV_INLINE void v_to_half(hkv_type type, void *x, lanes v) {
    if (type == HKV_F16) {
        _mm_storeu_si128(x, _mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT));
        return;
    }
    __m256i bits = _mm256_castps_si256(v);
    __m256i upper = _mm256_srli_epi32(bits, 16);
    __m256i odd = _mm256_and_si256(upper, _mm256_set1_epi32(1));
    __m256i rounded = _mm256_add_epi32(_mm256_add_epi32(bits, _mm256_set1_epi32(0x7fff)), odd);
    __m256i quiet = _mm256_or_si256(upper, _mm256_set1_epi32(0x40));
    __m256i is_nan = _mm256_castps_si256(_mm256_cmp_ps(v, v, _CMP_UNORD_Q));
    __m256i result = _mm256_blendv_epi8(_mm256_srli_epi32(rounded, 16), quiet, is_nan);
    // Packing works in each half of the register, so the four pieces come out as 0 2 1 3.
    __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi32(result, result), 0xd8);
    _mm_storeu_si128(x, _mm256_castsi256_si128(packed));
}

// MARK: Arithmetic

HKV_INLINE lanes v_add(lanes a, lanes b) { return _mm256_add_ps(a, b); }
HKV_INLINE lanes v_sub(lanes a, lanes b) { return _mm256_sub_ps(a, b); }
HKV_INLINE lanes v_mul(lanes a, lanes b) { return _mm256_mul_ps(a, b); }
HKV_INLINE lanes v_div(lanes a, lanes b) { return _mm256_div_ps(a, b); }
// a * b + c, rounded once
HKV_INLINE lanes v_fma(lanes a, lanes b, lanes c) { return _mm256_fmadd_ps(a, b, c); }
// a > b ? a : b, so b when either is NaN
HKV_INLINE lanes v_max(lanes a, lanes b) { return _mm256_max_ps(a, b); }
HKV_INLINE lanes v_min(lanes a, lanes b) { return _mm256_min_ps(a, b); }
HKV_INLINE lanes v_abs(lanes a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
HKV_INLINE lanes v_round(lanes a) { return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
// a < b ? x : y
HKV_INLINE lanes v_if_less(lanes a, lanes b, lanes x, lanes y) {
    return _mm256_blendv_ps(y, x, _mm256_cmp_ps(a, b, _CMP_LT_OQ));
}
// x in the first `count` lanes, y in the others
HKV_INLINE lanes v_if_first(size_t count, lanes x, lanes y) {
    return _mm256_blendv_ps(y, x, _mm256_castsi256_ps(first_mask(count)));
}

// x * 2^n for whole n in -150...128, in two factors since neither end is a normal number's exponent
HKV_INLINE lanes v_scale(lanes x, lanes n) {
    __m256i whole = _mm256_cvtps_epi32(n);
    __m256i half = _mm256_srai_epi32(whole, 1);
    __m256i bias = _mm256_set1_epi32(127);
    __m256i first = _mm256_slli_epi32(_mm256_add_epi32(half, bias), 23);
    __m256i second = _mm256_slli_epi32(_mm256_add_epi32(_mm256_sub_epi32(whole, half), bias), 23);
    return _mm256_mul_ps(_mm256_mul_ps(x, _mm256_castsi256_ps(first)), _mm256_castsi256_ps(second));
}

// MARK: Sums over the lanes, always ((0+4) + (2+6)) + ((1+5) + (3+7))

HKV_INLINE __m128 halves_sum(lanes v) {
    return _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
}

// The sums of four groups of lanes, side by side in `out`: a transposition shares the steps among them.
HKV_INLINE void v_sum4(const lanes *v, float *out) {
    __m128 a = halves_sum(v[0]), b = halves_sum(v[1]), c = halves_sum(v[2]), d = halves_sum(v[3]);
    __m128 ab = _mm_add_ps(_mm_unpacklo_ps(a, b), _mm_unpackhi_ps(a, b));
    __m128 cd = _mm_add_ps(_mm_unpacklo_ps(c, d), _mm_unpackhi_ps(c, d));
    _mm_storeu_ps(out, _mm_add_ps(_mm_movelh_ps(ab, cd), _mm_movehl_ps(cd, ab)));
}

HKV_INLINE wide_lanes w_zero(void) { return (wide_lanes){_mm256_setzero_pd(), _mm256_setzero_pd()}; }

HKV_INLINE wide_lanes w_from(lanes v) {
    return (wide_lanes){_mm256_cvtps_pd(_mm256_castps256_ps128(v)), _mm256_cvtps_pd(_mm256_extractf128_ps(v, 1))};
}

HKV_INLINE wide_lanes w_add(wide_lanes sum, lanes v) {
    wide_lanes x = w_from(v);
    return (wide_lanes){_mm256_add_pd(sum.low, x.low), _mm256_add_pd(sum.high, x.high)};
}

HKV_INLINE wide_lanes w_add_square(wide_lanes sum, lanes v) {
    wide_lanes x = w_from(v);
    return (wide_lanes){_mm256_fmadd_pd(x.low, x.low, sum.low), _mm256_fmadd_pd(x.high, x.high, sum.high)};
}

HKV_INLINE double w_sum(wide_lanes sum) {
    __m256d pairs = _mm256_add_pd(sum.low, sum.high);
    __m128d two = _mm_add_pd(_mm256_castpd256_pd128(pairs), _mm256_extractf128_pd(pairs, 1));
    return _mm_cvtsd_f64(two) + _mm_cvtsd_f64(_mm_unpackhi_pd(two, two));
}

#include "lanes_maps.h"
#include "lanes_products.h"

const hkv_kernels hkv_avx2 = HKV_TABLE("avx2");

#endif
