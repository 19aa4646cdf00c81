// Kernels over one vector, in terms of the lanes that avx2.c or neon.c defines before including this.
// What is left over at the end of a vector goes through the same instructions with fewer lanes, so a result
// does not depend on where in the vector its element stands.

// The next eight elements, or the `left` ones that there still are.
HKV_INLINE lanes next_lanes(const float *x, size_t left) {
    return left >= HKV_LANES ? v_load(x) : v_load_first(x, left);
}

HKV_INLINE void put_lanes(float *x, lanes v, size_t left) {
    if (left >= HKV_LANES) {
        v_store(x, v);
    } else {
        v_store_first(x, v, left);
    }
}

HKV_INLINE lanes next_stored(hkv_type type, const void *x, size_t left) {
    if (type == HKV_F32) return next_lanes(x, left);
    if (left >= HKV_LANES) return v_from_half(type, x);
    uint16_t all[HKV_LANES] = {0};
    memcpy(all, x, left * sizeof *all);
    return v_from_half(type, all);
}

// MARK: Stored types

HKV_INLINE void widen_as(hkv_type type, const void *x, size_t n, float *out) {
    for (size_t i = 0; i < n; i += HKV_LANES)
        put_lanes(out + i, next_stored(type, hkv_element(x, type, i), n - i), n - i);
}

HKV_KERNEL void widen(const void *x, hkv_type type, size_t n, float *out) {
    // A constant type in each call lets the compiler drop the choice from the loop.
    switch (type) {
    case HKV_F32:
        if (n) memcpy(out, x, n * sizeof *out);
        break;
    case HKV_F16: widen_as(HKV_F16, x, n, out); break;
    case HKV_BF16: widen_as(HKV_BF16, x, n, out); break;
    }
}

HKV_INLINE void narrow_as(hkv_type type, const float *x, size_t n, uint16_t *out) {
    size_t i = 0;
    for (; i + HKV_LANES <= n; i += HKV_LANES) v_to_half(type, out + i, v_load(x + i));
    if (i == n) return;
    uint16_t all[HKV_LANES];
    v_to_half(type, all, v_load_first(x + i, n - i));
    memcpy(out + i, all, (n - i) * sizeof *out);
}

HKV_KERNEL void narrow(const float *x, size_t n, hkv_type type, void *out) {
    switch (type) {
    case HKV_F32:
        if (n) memcpy(out, x, n * sizeof *x);
        break;
    case HKV_F16: narrow_as(HKV_F16, x, n, out); break;
    case HKV_BF16: narrow_as(HKV_BF16, x, n, out); break;
    }
}

// MARK: Functions of one vector

HKV_INLINE lanes v_exp(lanes x) {
    // The order of the arguments keeps NaN.
    x = v_max(v_all(HKV_EXP_LOWEST), v_min(v_all(HKV_EXP_HIGHEST), x));
    lanes n = v_round(v_mul(x, v_all(HKV_LOG2_E)));
    lanes r = v_fma(n, v_all(-HKV_LN2_LOW), v_fma(n, v_all(-HKV_LN2_HIGH), x));
    lanes sum = v_all(hkv_exp_series[7]);
    for (int i = 6; i >= 0; i--) sum = v_fma(sum, r, v_all(hkv_exp_series[i]));
    return v_scale(sum, n);
}

HKV_KERNEL void softmax(float *x, size_t n, float scale) {
    if (n == 0) return;
    lanes factor = v_all(scale), lowest = v_all(-INFINITY), highest = lowest;
    for (size_t i = 0; i < n; i += HKV_LANES) {
        lanes scaled = v_mul(next_lanes(x + i, n - i), factor);
        if (n - i < HKV_LANES) scaled = v_if_first(n - i, scaled, lowest);
        highest = v_max(scaled, highest);
    }
    float each[HKV_LANES];
    v_store(each, highest);
    for (size_t i = 1; i < HKV_LANES; i++) each[0] = each[i] > each[0] ? each[i] : each[0];
    highest = v_all(each[0]);

    // Summed in f64: thousands of rows add up without losing what the exponentials got right.
    wide_lanes sums = w_zero();
    for (size_t i = 0; i < n; i += HKV_LANES) {
        lanes power = v_exp(v_sub(v_mul(next_lanes(x + i, n - i), factor), highest));
        if (n - i < HKV_LANES) power = v_if_first(n - i, power, v_zero());
        sums = w_add(sums, power);
        put_lanes(x + i, power, n - i);
    }
    factor = v_all((float)(1 / w_sum(sums)));
    for (size_t i = 0; i < n; i += HKV_LANES)
        put_lanes(x + i, v_mul(next_lanes(x + i, n - i), factor), n - i);
}

HKV_INLINE void scale_by_weights(const float *x, float scale, const void *weight, hkv_type type, size_t n,
                                 float *out) {
    for (size_t i = 0; i < n; i += HKV_LANES) {
        lanes scaled = v_mul(next_lanes(x + i, n - i), v_all(scale));
        put_lanes(out + i, v_mul(scaled, next_stored(type, hkv_element(weight, type, i), n - i)), n - i);
    }
}

HKV_KERNEL void rms_norm(const float *x, const void *weight, hkv_type weight_type, size_t n, float eps, float *out) {
    if (n == 0) return;
    wide_lanes sums = w_zero();
    for (size_t i = 0; i < n; i += HKV_LANES) sums = w_add_square(sums, next_lanes(x + i, n - i));
    float scale = (float)(1 / sqrt(w_sum(sums) / (double)n + (double)eps));
    switch (weight_type) {
    case HKV_F32: scale_by_weights(x, scale, weight, HKV_F32, n, out); break;
    case HKV_F16: scale_by_weights(x, scale, weight, HKV_F16, n, out); break;
    case HKV_BF16: scale_by_weights(x, scale, weight, HKV_BF16, n, out); break;
    }
}

HKV_KERNEL void silu_gate(float *gate, const float *up, size_t n) {
    for (size_t i = 0; i < n; i += HKV_LANES) {
        lanes x = next_lanes(gate + i, n - i);
        lanes silu = v_div(x, v_add(v_all(1), v_exp(v_sub(v_zero(), x))));
        put_lanes(gate + i, v_mul(silu, next_lanes(up + i, n - i)), n - i);
    }
}

// 1 + erf(y) from two fits: erf(y) / y in y^2 for |y| < 1 (error 1e-9), and log erfc(|y|) above (1e-7 up to 6,
// where erfc is 2e-17; beyond, the fit falls on without end, and its exponential ends at 0). Below zero the
// second gives erfc itself, without the cancellation of 1 + erf.
HKV_INLINE lanes one_plus_erf(lanes y) {
    static const float near[7] = {1.1283791065f, -0.3761262596f, 0.1128360033f, -0.0268544443f,
                                  0.0051895357f, -0.0008020842f, 0.0000788912f};
    static const float far[10] = {2.7482715086e-4f, -1.1301345825f,   -0.6318088174f,    -0.1103233546f,
                                  0.0267317481f,    -0.0049551344f,   6.6763954237e-4f,  -6.1070350057e-5f,
                                  3.3704186535e-6f, -8.4334480732e-8f};
    lanes size = v_abs(y), square = v_mul(y, y), ratio = v_all(near[6]), logarithm = v_all(far[9]);
    for (int i = 5; i >= 0; i--) ratio = v_fma(ratio, square, v_all(near[i]));
    for (int i = 8; i >= 0; i--) logarithm = v_fma(logarithm, size, v_all(far[i]));
    lanes rest = v_exp(logarithm);
    lanes outer = v_if_less(y, v_zero(), rest, v_sub(v_all(2), rest));
    return v_if_less(size, v_all(1), v_fma(ratio, y, v_all(1)), outer);
}

HKV_KERNEL void gelu(float *x, size_t n) {
    for (size_t i = 0; i < n; i += HKV_LANES) {
        lanes v = next_lanes(x + i, n - i);
        lanes half = v_mul(v, v_all(0.5f));
        put_lanes(x + i, v_mul(half, one_plus_erf(v_mul(v, v_all(0.70710678118654752f)))), n - i);
    }
}

HKV_KERNEL void add(float *x, const float *y, size_t n) {
    for (size_t i = 0; i < n; i += HKV_LANES)
        put_lanes(x + i, v_add(next_lanes(x + i, n - i), next_lanes(y + i, n - i)), n - i);
}

HKV_KERNEL void rotate(float *x, const float *cosine, const float *sine, size_t dim) {
    size_t half = dim / 2;
    for (size_t i = 0; i < half; i += HKV_LANES) {
        size_t left = half - i;
        lanes first = next_lanes(x + i, left), second = next_lanes(x + half + i, left);
        lanes c = next_lanes(cosine + i, left), s = next_lanes(sine + i, left);
        put_lanes(x + i, v_sub(v_mul(first, c), v_mul(second, s)), left);
        put_lanes(x + half + i, v_add(v_mul(second, c), v_mul(first, s)), left);
    }
}

HKV_KERNEL void bounds(const float *x, float *low, float *high, size_t n) {
    for (size_t i = 0; i < n; i += HKV_LANES) {
        lanes v = next_lanes(x + i, n - i);
        put_lanes(low + i, v_min(v, next_lanes(low + i, n - i)), n - i);
        put_lanes(high + i, v_max(v, next_lanes(high + i, n - i)), n - i);
    }
}
