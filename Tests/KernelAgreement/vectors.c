// Kernels over one vector.
#include "agreement.h"

#include <math.h>
#include <string.h>

enum { MOST = 70000 };

static const size_t lengths[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,   9,   10,  11,   12,
                                 13, 14, 15, 16, 17, 20, 31, 40, 100, 131, 767, 1000, 4099};
#define EACH_LENGTH(n) for (size_t i = 0, n; i < sizeof lengths / sizeof *lengths && (n = lengths[i], 1); i++)

// Among values around 1: zeros, denormal numbers, large and small ones, infinities and NaN.
static float *mixed(place where, size_t n, uint64_t seed, int finite) {
    const float special[] = {0x1p-149f, -0x1p-140f, 0, -0.0f, 1e-20f, -30, 25, -100, 1e30f, -1e30f,
                             INFINITY,  -INFINITY,  NAN};
    size_t count = finite ? 10 : 13;
    float *x = numbers(where, n, seed);
    for (size_t i = 0; i < n; i++) x[i] = i % 3 == 1 ? special[(i / 3 + n) % count] : x[i] * 4;
    return x;
}

// MARK: Exact

static void check_stored(const hkv_kernels *set, hkv_type type) {
    comparing("%s widen every value of type %d", set->name, type);
    // Every stored value.
    uint16_t *every = room(LEFT, 65536 * sizeof *every);
    for (size_t i = 0; i < 65536; i++) every[i] = (uint16_t)i;
    float *expected = room(EXPECTED, 65536 * sizeof *expected), *found = room(FOUND, 65536 * sizeof *found);
    portable()->widen(every, type, 65536, expected);
    set->widen(every, type, 65536, found);
    check_same_stored(expected, found, 65536, HKV_F32);

    // Every f32 whose lower half is one of these: at, next to and half way between neighbours of either type.
    static const uint16_t lower[] = {0, 1, 0x0fff, 0x1000, 0x1001, 0x7fff, 0x8000, 0x8001, 0xf000, 0xffff};
    for (size_t i = 0; i < sizeof lower / sizeof *lower; i++) {
        comparing("%s narrow to type %d, lower halves %#x", set->name, type, (unsigned)lower[i]);
        uint32_t *bits = room(LEFT, 65536 * sizeof *bits);
        for (uint32_t upper = 0; upper < 65536; upper++) bits[upper] = upper << 16 | lower[i];
        const float *x = (const float *)bits;
        uint16_t *left = room(EXPECTED, 65536 * sizeof *left), *right = room(FOUND, 65536 * sizeof *right);
        portable()->narrow(x, 65536, type, left);
        set->narrow(x, 65536, type, right);
        check_same_stored(left, right, 65536, type);
    }
}

static void check_lengths(const hkv_kernels *set, hkv_type type) {
    EACH_LENGTH(n) {
        comparing("%s widen and narrow n %zu type %d", set->name, n, type);
        const void *x = stored_numbers(LEFT, n, type, n);
        float *expected = room(EXPECTED, n * sizeof *expected), *found = room(FOUND, n * sizeof *found);
        portable()->widen(x, type, n, expected);
        set->widen(x, type, n, found);
        check_same(expected, found, n);
        check(is_intact(FOUND), "wrote before its result");
        void *back = room(RIGHT, n * hkv_size(type));
        set->narrow(found, n, type, back);
        check_same_stored(x, back, n, type);
        check(is_intact(RIGHT), "wrote before its result");
    }
}

static void check_elementwise(const hkv_kernels *set) {
    EACH_LENGTH(n) {
        comparing("%s add n %zu", set->name, n);
        const float *x = mixed(LEFT, n, n, 0), *y = numbers(RIGHT, n, n + 1);
        float *expected = copy(EXPECTED, x, n), *found = copy(FOUND, x, n);
        portable()->add(expected, y, n);
        set->add(found, y, n);
        check_same(expected, found, n);
        check(is_intact(FOUND), "wrote before its result");

        comparing("%s bounds n %zu", set->name, n);
        float *low = copy(EXPECTED, y, n), *high = copy(BIAS, y, n);
        float *lower = copy(FOUND, y, n), *higher = copy(OTHER, y, n);
        portable()->bounds(x, low, high, n);
        set->bounds(x, lower, higher, n);
        check_same_stored(low, lower, n, HKV_F32);
        check_same_stored(high, higher, n, HKV_F32);
        check(is_intact(FOUND) && is_intact(OTHER), "wrote before its result");

        comparing("%s rotate dim %zu", set->name, 2 * n);
        const float *pairs = mixed(LEFT, 2 * n, n + 2, 0), *cosine = numbers(RIGHT, n, n + 3);
        const float *sine = numbers(BIAS, n, n + 4);
        expected = copy(EXPECTED, pairs, 2 * n), found = copy(FOUND, pairs, 2 * n);
        portable()->rotate(expected, cosine, sine, 2 * n);
        set->rotate(found, cosine, sine, 2 * n);
        check_same(expected, found, 2 * n);
        check(is_intact(FOUND), "wrote before its result");
    }
}

// MARK: With a tolerance

static double tolerance[MOST];

static void check_softmax(const hkv_kernels *set, size_t n, float scale, int hides) {
    comparing("%s softmax n %zu scale %g hides %d", set->name, n, (double)scale, hides);
    float *x = numbers(LEFT, n, n);
    for (size_t i = 0; i < n && hides; i++)
        if (i % 3 != 1) x[i] = i % 2 ? -INFINITY : -1e30f;
    float *expected = copy(EXPECTED, x, n), *found = copy(FOUND, x, n);
    portable()->softmax(expected, n, scale);
    set->softmax(found, n, scale);
    // The exponent carries the roundings of two scaled values and of their difference, each at most 2 * scale large
    // (the difference 4); the exponential is good to 3 roundings. The sum carries the same once more, then come its
    // inverse and one product: on both sides.
    double relative = 2 * ROUNDOFF * (2 * (8 * (double)scale + 3) + 2);
    for (size_t i = 0; i < n; i++) tolerance[i] = relative * (double)expected[i] + 2 * 0x1p-149;
    check_near(expected, found, n, tolerance);
    check(is_intact(FOUND), "wrote before its result");
    if (n == 0) return;
    comparing("%s softmax n %zu of NaN", set->name, n);
    found = copy(FOUND, x, n);
    found[n / 2] = NAN;
    set->softmax(found, n, scale);
    for (size_t i = 0; i < n; i++) check(isnan(found[i]), "a weight is a number");
}

static void check_norm(const hkv_kernels *set, size_t n, hkv_type type) {
    comparing("%s rms_norm n %zu type %d, in place", set->name, n, type);
    const float *x = numbers(LEFT, n, n);
    const void *weight = stored_numbers(RIGHT, n, type, n + 1);
    float *expected = room(EXPECTED, n * sizeof *expected), *found = copy(FOUND, x, n);
    portable()->rms_norm(x, weight, type, n, 1e-6f, expected);
    set->rms_norm(found, weight, type, n, 1e-6f, found);
    // Squares are summed in f64; the factor and two products are rounded, on both sides.
    for (size_t i = 0; i < n; i++) tolerance[i] = 2 * 3.01 * ROUNDOFF * fabs((double)expected[i]);
    check_near(expected, found, n, tolerance);
    check(is_intact(FOUND), "wrote before its result");
}

static void check_silu(const hkv_kernels *set, const float *gate, size_t n) {
    comparing("%s silu_gate n %zu", set->name, n);
    const float *up = numbers(RIGHT, n, n);
    float *expected = copy(EXPECTED, gate, n), *found = copy(FOUND, gate, n);
    portable()->silu_gate(expected, up, n);
    set->silu_gate(found, up, n);
    // The exponential is good to 3 roundings; then a sum, a quotient and a product: on both sides. Where the
    // exponential overflows one may give 0: the exact result is below 89 / e^88.7.
    for (size_t i = 0; i < n; i++)
        tolerance[i] = 12 * ROUNDOFF * fabs((double)expected[i]) + 89 * exp(-88.7) * fabs((double)up[i]);
    check_near(expected, found, n, tolerance);
    check(is_intact(FOUND), "wrote before its result");
}

static void check_gelu(const hkv_kernels *set, const float *x, size_t n) {
    comparing("%s gelu n %zu", set->name, n);
    float *expected = copy(EXPECTED, x, n), *found = copy(FOUND, x, n);
    portable()->gelu(expected, n);
    set->gelu(found, n);
    // The portable one rounds the exact function; the fit is good to 1e-7 of the larger factor.
    for (size_t i = 0; i < n; i++)
        tolerance[i] = 0.5 * fabs((double)x[i]) * 1e-7 + 8 * ROUNDOFF * fabs((double)expected[i]) + 2 * 0x1p-149;
    check_near(expected, found, n, tolerance);
    check(is_intact(FOUND), "wrote before its result");
}

void check_vectors(const hkv_kernels *set) {
    check_stored(set, HKV_F16);
    check_stored(set, HKV_BF16);
    for (int type = HKV_F32; type <= HKV_BF16; type++) {
        check_lengths(set, (hkv_type)type);
        EACH_LENGTH(n) check_norm(set, n, (hkv_type)type);
    }
    check_elementwise(set);
    EACH_LENGTH(n) {
        for (int scale = 0; scale < 3; scale++)
            for (int hides = 0; hides < 2; hides++)
                check_softmax(set, n, (const float[]){0.125f, 1, 20}[scale], hides);
        check_silu(set, mixed(LEFT, n, n, 0), n);
        check_gelu(set, mixed(LEFT, n, n, 1), n);
    }
    // The whole range in which the exponentials are neither 0 nor infinity.
    size_t count = 60000;
    float *dense = room(LEFT, count * sizeof *dense);
    for (size_t i = 0; i < count; i++) dense[i] = ((float)i - 30000) * 0.004f;
    check_silu(set, dense, count);
    check_gelu(set, dense, count);
}
