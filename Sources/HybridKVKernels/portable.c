// The kernels in plain C: what every other set is measured against, and what runs where there is no other.
// Loops go over eight independent lanes, which compilers turn into whatever vectors the base machine has.
#include "internal.h"

#include <math.h>
#include <string.h>

// A fused multiply-add here and none there would make the results depend on the compiler.
#pragma STDC FP_CONTRACT OFF

enum {
    CHUNK = 256,  // elements widened at a time; a multiple of the lanes
    ROWS = 4,     // rows of `a` that share one widened chunk of `b`
};

static uint32_t bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static float float_of(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

// MARK: Stored types

static float from_f16(uint16_t half) {
    uint32_t magnitude = (uint32_t)(half & 0x7fff) << 13;
    // The product moves the exponent from one bias to the other and makes subnormals normal, all exactly.
    uint32_t bits = bits_of(float_of(magnitude) * 0x1p112f);
    if (magnitude >= 0x0f800000) bits = magnitude | 0x7f800000;
    if (magnitude > 0x0f800000) bits |= 0x00400000;  // hardware quiets NaN
    return float_of(bits | (uint32_t)(half & 0x8000) << 16);
}

static uint16_t to_f16(float x) {
    uint32_t bits = bits_of(x);
    uint32_t sign = bits >> 16 & 0x8000;
    bits &= 0x7fffffff;
    if (bits > 0x7f800000) return (uint16_t)(sign | 0x7e00 | (bits >> 13 & 0x3ff));
    if (bits >= 0x477ff000) return (uint16_t)(sign | 0x7c00);  // 65520 and above
    // Next to 0.5 one ulp of f32 is the smallest f16, so the addition rounds to a subnormal.
    if (bits < 0x38800000) return (uint16_t)(sign | (bits_of(float_of(bits) + 0.5f) - 0x3f000000));
    return (uint16_t)(sign | ((bits - 0x38000000 + 0xfff + (bits >> 13 & 1)) >> 13));
}

static float from_bf16(uint16_t upper) { return float_of((uint32_t)upper << 16); }

static uint16_t to_bf16(float x) {
    uint32_t bits = bits_of(x);
    if ((bits & 0x7fffffff) > 0x7f800000) return (uint16_t)(bits >> 16 | 0x40);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

static void widen(const void *x, hkv_type type, size_t n, float *out) {
    const uint16_t *stored = x;
    switch (type) {
    case HKV_F32:
        if (n) memcpy(out, x, n * sizeof *out);
        break;
    case HKV_F16:
        for (size_t i = 0; i < n; i++) out[i] = from_f16(stored[i]);
        break;
    case HKV_BF16:
        for (size_t i = 0; i < n; i++) out[i] = from_bf16(stored[i]);
        break;
    }
}

static void narrow(const float *x, size_t n, hkv_type type, void *out) {
    uint16_t *stored = out;
    switch (type) {
    case HKV_F32:
        if (n) memcpy(out, x, n * sizeof *x);
        break;
    case HKV_F16:
        for (size_t i = 0; i < n; i++) stored[i] = to_f16(x[i]);
        break;
    case HKV_BF16:
        for (size_t i = 0; i < n; i++) stored[i] = to_bf16(x[i]);
        break;
    }
}

// `n` <= CHUNK elements from `index` on as f32: in place when they are stored so, else widened into `buffer`.
static const float *widened(const void *base, hkv_type type, size_t index, size_t n, float *buffer) {
    const void *x = hkv_element(base, type, index);
    if (type == HKV_F32) return x;
    widen(x, type, n, buffer);
    return buffer;
}

// MARK: Products

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

// Element i goes to lane i % 8, so an element's order of summation depends on its length only.
static void add_products(const float *a, const float *b, size_t n, float *lanes) {
    size_t i = 0;
    for (; i + HKV_LANES <= n; i += HKV_LANES)
        for (size_t lane = 0; lane < HKV_LANES; lane++) lanes[lane] += a[i + lane] * b[i + lane];
    for (size_t lane = 0; i + lane < n; lane++) lanes[lane] += a[i + lane] * b[i + lane];
}

static float lanes_sum(const float *s) {
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

static void matmul_nt(size_t m, size_t n, size_t k, const float *a, size_t lda, const void *b, hkv_type b_type,
                      size_t ldb, const float *bias, float *c, size_t ldc) {
    float buffer[CHUNK];
    for (size_t top = 0; top < m; top += ROWS) {
        size_t rows = smaller(ROWS, m - top);
        for (size_t j = 0; j < n; j++) {
            float lanes[ROWS][HKV_LANES] = {{0}};
            for (size_t start = 0; start < k; start += CHUNK) {
                size_t count = smaller(CHUNK, k - start);
                const float *column = widened(b, b_type, j * ldb + start, count, buffer);
                for (size_t r = 0; r < rows; r++)
                    add_products(a + (top + r) * lda + start, column, count, lanes[r]);
            }
            for (size_t r = 0; r < rows; r++)
                c[(top + r) * ldc + j] = lanes_sum(lanes[r]) + (bias ? bias[j] : 0);
        }
    }
}

static void accumulate(size_t m, size_t rows, size_t d, const float *p, size_t ldp, const void *v,
                       hkv_type v_type, size_t ldv, float *out, size_t ldo) {
    float buffer[CHUNK];
    for (size_t r = 0; r < rows; r++) {
        for (size_t start = 0; start < d; start += CHUNK) {
            size_t count = smaller(CHUNK, d - start);
            const float *values = widened(v, v_type, r * ldv + start, count, buffer);
            for (size_t i = 0; i < m; i++) {
                float weight = p[i * ldp + r];
                float *sums = out + i * ldo + start;
                for (size_t j = 0; j < count; j++) sums[j] += weight * values[j];
            }
        }
    }
}

// MARK: Functions of one vector

static float exponential(float x) {
    // Written so that NaN passes both tests.
    if (x < HKV_EXP_LOWEST) x = HKV_EXP_LOWEST;
    if (x > HKV_EXP_HIGHEST) x = HKV_EXP_HIGHEST;
    // Adding 1.5 * 2^23 leaves the rounded integer in the low bits.
    float shifted = x * HKV_LOG2_E + 0x1.8p23f;
    float count = shifted - 0x1.8p23f;
    float r = (x - count * HKV_LN2_HIGH) - count * HKV_LN2_LOW;
    float sum = hkv_exp_series[7];
    for (int i = 6; i >= 0; i--) sum = sum * r + hkv_exp_series[i];
    // 2^n in two factors: n reaches below the smallest normal exponent and above the largest.
    int32_t n = (int32_t)(bits_of(shifted) - 0x4b400000);
    int32_t half = n / 2;
    return sum * float_of((uint32_t)(half + 127) << 23) * float_of((uint32_t)(n - half + 127) << 23);
}

static void softmax(float *x, size_t n, float scale) {
    if (n == 0) return;
    float highest = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        x[i] *= scale;
        highest = x[i] > highest ? x[i] : highest;
    }
    // Summed in f64: thousands of rows add up without losing what the exponentials got right.
    double sums[HKV_LANES] = {0};
    for (size_t i = 0; i < n; i++) x[i] = exponential(x[i] - highest);
    for (size_t i = 0; i < n; i++) sums[i % HKV_LANES] += x[i];
    double sum = ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
    float factor = (float)(1 / sum);
    for (size_t i = 0; i < n; i++) x[i] *= factor;
}

static void rms_norm(const float *x, const void *weight, hkv_type weight_type, size_t n, float eps, float *out) {
    if (n == 0) return;
    double sums[HKV_LANES] = {0};
    for (size_t i = 0; i < n; i++) sums[i % HKV_LANES] += (double)x[i] * x[i];
    double sum = ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
    float factor = (float)(1 / sqrt(sum / (double)n + (double)eps));
    float buffer[CHUNK];
    for (size_t start = 0; start < n; start += CHUNK) {
        size_t count = smaller(CHUNK, n - start);
        const float *weights = widened(weight, weight_type, start, count, buffer);
        for (size_t i = 0; i < count; i++) out[start + i] = x[start + i] * factor * weights[i];
    }
}

static void silu_gate(float *gate, const float *up, size_t n) {
    for (size_t i = 0; i < n; i++) gate[i] = gate[i] / (1 + exponential(-gate[i])) * up[i];
}

static void gelu(float *x, size_t n) {
    // 1 + erf(y) = erfc(-y), without the cancellation below zero.
    for (size_t i = 0; i < n; i++) x[i] = 0.5f * x[i] * erfcf(x[i] * -0.70710678118654752f);
}

static void add(float *x, const float *y, size_t n) {
    for (size_t i = 0; i < n; i++) x[i] += y[i];
}

static void rotate(float *x, const float *cosine, const float *sine, size_t dim) {
    size_t half = dim / 2;
    for (size_t i = 0; i < half; i++) {
        float first = x[i], second = x[i + half];
        x[i] = first * cosine[i] - second * sine[i];
        x[i + half] = second * cosine[i] + first * sine[i];
    }
}

static void bounds(const float *x, float *low, float *high, size_t n) {
    for (size_t i = 0; i < n; i++) {
        low[i] = x[i] < low[i] ? x[i] : low[i];
        high[i] = x[i] > high[i] ? x[i] : high[i];
    }
}

const hkv_kernels hkv_portable = {
    .name = "portable",
    .matmul_nt = matmul_nt,
    .accumulate = accumulate,
    .softmax = softmax,
    .rms_norm = rms_norm,
    .silu_gate = silu_gate,
    .gelu = gelu,
    .add = add,
    .rotate = rotate,
    .bounds = bounds,
    .widen = widen,
    .narrow = narrow,
};
