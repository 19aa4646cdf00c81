// The kernels for 64-bit ARM. This file says what one group of eight lanes, here two registers, can do; the
// kernels themselves are in lanes_*.h, shared with AVX2.
#include "internal.h"

#if HKV_HAS_NEON

#include <arm_neon.h>
#include <math.h>
#include <string.h>

// A product and a sum are fused where the code says so and nowhere else.
#pragma STDC FP_CONTRACT OFF

#define HKV_KERNEL static
#define HKV_INLINE static inline __attribute__((always_inline))

typedef struct {
    float32x4_t low, high;
} lanes;
typedef struct {
    float64x2_t part[4];
} wide_lanes;

// MARK: Loads and stores. "First" means: only the first `count` lanes are touched in memory; a load has zeros
// in the others.

HKV_INLINE lanes v_all(float x) { return (lanes){vdupq_n_f32(x), vdupq_n_f32(x)}; }
HKV_INLINE lanes v_zero(void) { return v_all(0); }
HKV_INLINE lanes v_load(const float *x) { return (lanes){vld1q_f32(x), vld1q_f32(x + 4)}; }

HKV_INLINE void v_store(float *x, lanes v) {
    vst1q_f32(x, v.low);
    vst1q_f32(x + 4, v.high);
}

HKV_INLINE lanes v_load_first(const float *x, size_t count) {
    float all[HKV_LANES] = {0};
    memcpy(all, x, count * sizeof *x);
    return v_load(all);
}

HKV_INLINE void v_store_first(float *x, lanes v, size_t count) {
    float all[HKV_LANES];
    v_store(all, v);
    memcpy(x, all, count * sizeof *x);
}

HKV_INLINE lanes v_from_half(hkv_type type, const void *x) {
    uint16x8_t half = vld1q_u16(x);
    if (type == HKV_F16)
        return (lanes){vcvt_f32_f16(vreinterpret_f16_u16(vget_low_u16(half))),
                       vcvt_f32_f16(vreinterpret_f16_u16(vget_high_u16(half)))};
    return (lanes){vreinterpretq_f32_u32(vshll_n_u16(vget_low_u16(half), 16)),
                   vreinterpretq_f32_u32(vshll_n_u16(vget_high_u16(half), 16))};
}

HKV_INLINE uint16x4_t to_bf16(float32x4_t v) {
    uint32x4_t bits = vreinterpretq_u32_f32(v);
    uint32x4_t odd = vandq_u32(vshrq_n_u32(bits, 16), vdupq_n_u32(1));
    uint32x4_t rounded = vaddq_u32(vaddq_u32(bits, vdupq_n_u32(0x7fff)), odd);
    uint32x4_t quiet = vorrq_u32(bits, vdupq_n_u32(0x400000));
    return vshrn_n_u32(vbslq_u32(vceqq_f32(v, v), rounded, quiet), 16);
}

HKV_INLINE void v_to_half(hkv_type type, void *x, lanes v) {
    uint16x4_t low, high;
    if (type == HKV_F16) {
        low = vreinterpret_u16_f16(vcvt_f16_f32(v.low));
        high = vreinterpret_u16_f16(vcvt_f16_f32(v.high));
    } else {
        low = to_bf16(v.low);
        high = to_bf16(v.high);
    }
    vst1q_u16(x, vcombine_u16(low, high));
}

// MARK: Arithmetic

HKV_INLINE lanes v_add(lanes a, lanes b) { return (lanes){vaddq_f32(a.low, b.low), vaddq_f32(a.high, b.high)}; }
HKV_INLINE lanes v_sub(lanes a, lanes b) { return (lanes){vsubq_f32(a.low, b.low), vsubq_f32(a.high, b.high)}; }
HKV_INLINE lanes v_mul(lanes a, lanes b) { return (lanes){vmulq_f32(a.low, b.low), vmulq_f32(a.high, b.high)}; }
HKV_INLINE lanes v_div(lanes a, lanes b) { return (lanes){vdivq_f32(a.low, b.low), vdivq_f32(a.high, b.high)}; }
// a * b + c, rounded once
HKV_INLINE lanes v_fma(lanes a, lanes b, lanes c) {
    return (lanes){vfmaq_f32(c.low, a.low, b.low), vfmaq_f32(c.high, a.high, b.high)};
}
HKV_INLINE lanes v_abs(lanes a) { return (lanes){vabsq_f32(a.low), vabsq_f32(a.high)}; }
HKV_INLINE lanes v_round(lanes a) { return (lanes){vrndnq_f32(a.low), vrndnq_f32(a.high)}; }
// a < b ? x : y
HKV_INLINE lanes v_if_less(lanes a, lanes b, lanes x, lanes y) {
    return (lanes){vbslq_f32(vcltq_f32(a.low, b.low), x.low, y.low),
                   vbslq_f32(vcltq_f32(a.high, b.high), x.high, y.high)};
}
// a > b ? a : b, so b when either is NaN: not what the instruction of that name does
HKV_INLINE lanes v_max(lanes a, lanes b) { return v_if_less(b, a, a, b); }
HKV_INLINE lanes v_min(lanes a, lanes b) { return v_if_less(a, b, a, b); }
// x in the first `count` lanes, y in the others
HKV_INLINE lanes v_if_first(size_t count, lanes x, lanes y) {
    static const float numbers[HKV_LANES] = {0, 1, 2, 3, 4, 5, 6, 7};
    return v_if_less(v_load(numbers), v_all((float)count), x, y);
}

// x * 2^n for whole n in -150...128, in two factors since neither end is a normal number's exponent
HKV_INLINE float32x4_t scaled(float32x4_t x, float32x4_t n) {
    int32x4_t whole = vcvtq_s32_f32(n);
    int32x4_t half = vshrq_n_s32(whole, 1);
    int32x4_t bias = vdupq_n_s32(127);
    int32x4_t first = vshlq_n_s32(vaddq_s32(half, bias), 23);
    int32x4_t second = vshlq_n_s32(vaddq_s32(vsubq_s32(whole, half), bias), 23);
    return vmulq_f32(vmulq_f32(x, vreinterpretq_f32_s32(first)), vreinterpretq_f32_s32(second));
}

HKV_INLINE lanes v_scale(lanes x, lanes n) { return (lanes){scaled(x.low, n.low), scaled(x.high, n.high)}; }

// MARK: Sums over the lanes, always ((0+4) + (1+5)) + ((2+6) + (3+7))

// The sums of four groups of lanes, side by side in `out`.
HKV_INLINE void v_sum4(const lanes *v, float *out) {
    float32x4_t a = vaddq_f32(v[0].low, v[0].high), b = vaddq_f32(v[1].low, v[1].high);
    float32x4_t c = vaddq_f32(v[2].low, v[2].high), d = vaddq_f32(v[3].low, v[3].high);
    vst1q_f32(out, vpaddq_f32(vpaddq_f32(a, b), vpaddq_f32(c, d)));
}

HKV_INLINE wide_lanes w_from(lanes v) {
    return (wide_lanes){{vcvt_f64_f32(vget_low_f32(v.low)), vcvt_high_f64_f32(v.low),
                         vcvt_f64_f32(vget_low_f32(v.high)), vcvt_high_f64_f32(v.high)}};
}

HKV_INLINE wide_lanes w_zero(void) { return w_from(v_zero()); }

HKV_INLINE wide_lanes w_add(wide_lanes sum, lanes v) {
    wide_lanes x = w_from(v);
    for (int i = 0; i < 4; i++) sum.part[i] = vaddq_f64(sum.part[i], x.part[i]);
    return sum;
}

HKV_INLINE wide_lanes w_add_square(wide_lanes sum, lanes v) {
    wide_lanes x = w_from(v);
    for (int i = 0; i < 4; i++) sum.part[i] = vfmaq_f64(sum.part[i], x.part[i], x.part[i]);
    return sum;
}

HKV_INLINE double w_sum(wide_lanes sum) {
    return vaddvq_f64(vaddq_f64(vaddq_f64(sum.part[0], sum.part[2]), vaddq_f64(sum.part[1], sum.part[3])));
}

#include "lanes_maps.h"
#include "lanes_products.h"

const hkv_kernels hkv_neon = HKV_TABLE("neon");

#endif
