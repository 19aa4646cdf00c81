// The two products, in terms of the lanes that avx2.c or neon.c defines before including this.

static inline size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

// MARK: Rows against rows

// The order in which an element is summed, the same in every tile below: k is cut into blocks of BLOCK; in a
// block, lane l adds up the products at l, l + 8, ... one fused step each, the last step filled up with zeros;
// then the lanes are added, then the blocks in ascending order, then the bias.
enum {
    BLOCK = 768,      // four rows of `a` stay in the first-level cache while a panel of `b` passes
    PANEL = 72,       // rows of `b` in a panel, which stays in the second-level cache while `a` passes
    PANEL_ROWS = 16,  // rows of `a` from which on copying a panel pays
    TILE_ROWS = 4,    // 4 x 3 sums, 3 vectors of `b` and one of `a` are just the sixteen registers of AVX2
    TILE_COLUMNS = 3,
    STREAMS = 8,      // rows of `b` that a single row of `a` reads at the same time
    MOST_SUMS = 12,
};

// The operands of one call.
typedef struct {
    size_t m, n, k, lda, ldb, ldc;
    const float *a, *bias;
    const void *b;
    float *c;
} operands;

// How a tile finds its rows of `b`.
typedef struct {
    const void *start;  // of the first row, at the block of k that is summed
    hkv_type type;
    size_t row;         // elements from one row to the next
    size_t group;       // elements from one group of eight to the next
} right_side;

HKV_INLINE void tile_step(size_t rows, size_t columns, const float *const *a, const void *const *b, hkv_type type,
                          size_t a_index, size_t b_index, size_t left, lanes *totals) {
    lanes right[STREAMS];
#pragma clang loop unroll(full)
    for (size_t c = 0; c < columns; c++) right[c] = next_stored(type, hkv_element(b[c], type, b_index), left);
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) {
        lanes one = next_lanes(a[r] + a_index, left);
#pragma clang loop unroll(full)
        for (size_t c = 0; c < columns; c++)
            totals[r * columns + c] = v_fma(one, right[c], totals[r * columns + c]);
    }
}

// sums[r * columns + c] = a[r] . b[c] over the `k` elements of one block. Constant `rows`, `columns`, `type` and
// `group` in the caller keep the sums in registers; rows * columns is a multiple of four.
HKV_INLINE void tile_sums(size_t rows, size_t columns, const float *const *a, const void *const *b, hkv_type type,
                          size_t group, size_t k, float *sums) {
    lanes totals[MOST_SUMS];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows * columns; i++) totals[i] = v_zero();
    size_t i = 0, j = 0;
    for (; i + HKV_LANES <= k; i += HKV_LANES, j += group)
        tile_step(rows, columns, a, b, type, i, j, HKV_LANES, totals);
    if (i < k) tile_step(rows, columns, a, b, type, i, j, k - i, totals);
#pragma clang loop unroll(full)
    for (size_t s = 0; s < rows * columns; s += 4) v_sum4(totals + s, sums + s);
}

HKV_INLINE void store_tile(const operands *o, size_t rows, size_t columns, size_t width, size_t top, size_t left,
                           size_t start, const float *sums) {
    float *out = o->c + top * o->ldc + left;
    const float *bias = start + BLOCK >= o->k ? o->bias : NULL;
    for (size_t r = 0; r < rows; r++, out += o->ldc, sums += width) {
        for (size_t c = 0; c < columns; c++) {
            float sum = start > 0 ? out[c] + sums[c] : sums[c];
            out[c] = bias ? sum + bias[left + c] : sum;
        }
    }
}

// The tile at (top, left), for the block of k that starts at `start`. A tile over the edge repeats the last row
// and drops the result.
HKV_INLINE void run_tile(const operands *o, size_t rows, size_t columns, size_t top, size_t left, size_t start,
                         right_side right) {
    const float *a_rows[TILE_ROWS];
    const void *b_rows[STREAMS];
    size_t real_rows = smaller(rows, o->m - top), real_columns = smaller(columns, o->n - left);
    for (size_t r = 0; r < rows; r++) a_rows[r] = o->a + (top + smaller(r, real_rows - 1)) * o->lda + start;
    for (size_t c = 0; c < columns; c++)
        b_rows[c] = hkv_element(right.start, right.type, smaller(c, real_columns - 1) * right.row);

    float sums[MOST_SUMS];
    tile_sums(rows, columns, a_rows, b_rows, right.type, right.group, smaller(BLOCK, o->k - start), sums);
    // Constant sizes for all but the edges: in short sums this loop is a good part of the work.
    if (real_rows == rows && real_columns == columns) {
        store_tile(o, rows, columns, columns, top, left, start, sums);
    } else {
        store_tile(o, real_rows, real_columns, columns, top, left, start, sums);
    }
}

// Few rows: `b` is read once, straight from where it is stored.
HKV_INLINE void product_in_place(const operands *o, size_t rows, size_t columns, hkv_type type) {
    for (size_t left = 0; left < o->n; left += columns) {
        for (size_t top = 0; top < o->m; top += rows) {
            size_t start = 0;
            do {
                right_side right = {hkv_element(o->b, type, left * o->ldb + start), type, o->ldb, HKV_LANES};
                run_tile(o, rows, columns, top, left, start, right);
                start += BLOCK;
            } while (start < o->k);
        }
    }
}

// Copies `columns` rows of `b` for the block of k at `start`, widened, the groups of a tile's rows in turn: a
// tile then reads one unbroken stream.
HKV_INLINE void fill_panel(const operands *o, hkv_type type, size_t first, size_t columns, size_t start,
                           float *panel) {
    size_t length = smaller(BLOCK, o->k - start);
    for (size_t c = 0; c < columns; c++) {
        const void *row = hkv_element(o->b, type, (first + c) * o->ldb + start);
        size_t place = c % TILE_COLUMNS;
        float *out = panel + (c - place) * BLOCK + place * HKV_LANES;
        for (size_t i = 0; i < length; i += HKV_LANES, out += TILE_COLUMNS * HKV_LANES)
            v_store(out, next_stored(type, hkv_element(row, type, i), length - i));
    }
}

// Many rows: every panel of `b` is first copied and then meets all rows of `a`.
HKV_INLINE void product_of_panels(const operands *o, hkv_type type) {
    float panel[PANEL * BLOCK];
    for (size_t first = 0; first < o->n; first += PANEL) {
        size_t columns = smaller(PANEL, o->n - first);
        for (size_t start = 0; start < o->k; start += BLOCK) {
            fill_panel(o, type, first, columns, start, panel);
            for (size_t top = 0; top < o->m; top += TILE_ROWS) {
                for (size_t c = 0; c < columns; c += TILE_COLUMNS) {
                    right_side right = {panel + c * BLOCK, HKV_F32, HKV_LANES, TILE_COLUMNS * HKV_LANES};
                    run_tile(o, TILE_ROWS, TILE_COLUMNS, top, first + c, start, right);
                }
            }
        }
    }
}

HKV_INLINE void matmul_as(const operands *o, hkv_type type) {
    if (o->m >= PANEL_ROWS && o->k > 0) {
        product_of_panels(o, type);
    } else if (o->m == 1) {
        product_in_place(o, 1, STREAMS, type);
    } else {
        product_in_place(o, TILE_ROWS, TILE_COLUMNS, type);
    }
}

HKV_KERNEL void matmul_nt(size_t m, size_t n, size_t k, const float *a, size_t lda, const void *b,
                          hkv_type b_type, size_t ldb, const float *bias, float *c, size_t ldc) {
    operands o = {m, n, k, lda, ldb, ldc, a, bias, b, c};
    switch (b_type) {
    case HKV_F32: matmul_as(&o, HKV_F32); break;
    case HKV_F16: matmul_as(&o, HKV_F16); break;
    case HKV_BF16: matmul_as(&o, HKV_BF16); break;
    }
}

// MARK: Weighted rows

// An element of `out` is one chain of fused steps over the rows in ascending order, starting from what it held,
// so cutting the rows into several calls changes nothing.
enum {
    ROW_BLOCK = 64,    // rows of `v` that stay in the first-level cache while the rows of `out` pass
    SUM_COLUMNS = 2,   // vectors of `out` in a tile of four rows: eight chains hide the latency of a step
    WIDE_COLUMNS = 8,  // vectors of `out` in a tile of one row
};

// Adds to `rows` x `columns` vectors of `out`, of which only `valid` rows exist and the last vector has `left`
// elements.
HKV_INLINE void add_rows(size_t rows, size_t columns, size_t valid, size_t left, const float *p, size_t ldp,
                         size_t count, const void *v, hkv_type type, size_t ldv, float *out, size_t ldo) {
    lanes totals[TILE_ROWS * SUM_COLUMNS];
    const float *weights[TILE_ROWS];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) {
        size_t row = smaller(r, valid - 1);
        weights[r] = p + row * ldp;
#pragma clang loop unroll(full)
        for (size_t c = 0; c < columns; c++)
            totals[r * columns + c] =
                next_lanes(out + row * ldo + c * HKV_LANES, c + 1 < columns ? HKV_LANES : left);
    }
    for (size_t i = 0; i < count; i++) {
        const void *row = hkv_element(v, type, i * ldv);
        lanes values[WIDE_COLUMNS];
#pragma clang loop unroll(full)
        for (size_t c = 0; c < columns; c++)
            values[c] = next_stored(type, hkv_element(row, type, c * HKV_LANES), c + 1 < columns ? HKV_LANES : left);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++) {
            lanes weight = v_all(weights[r][i]);
#pragma clang loop unroll(full)
            for (size_t c = 0; c < columns; c++)
                totals[r * columns + c] = v_fma(weight, values[c], totals[r * columns + c]);
        }
    }
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) {
        if (r >= valid) break;
#pragma clang loop unroll(full)
        for (size_t c = 0; c < columns; c++)
            put_lanes(out + r * ldo + c * HKV_LANES, totals[r * columns + c], c + 1 < columns ? HKV_LANES : left);
    }
}

// Rows of `out` that share the loads of `v`, `rows` at a time, over tiles of `columns` vectors, then single ones.
HKV_INLINE void add_block(size_t rows, size_t columns, size_t m, size_t d, const float *p, size_t ldp, size_t count,
                          const void *v, hkv_type type, size_t ldv, float *out, size_t ldo) {
    size_t tile = columns * HKV_LANES, j = 0;
    while (j < d) {
        const void *values = hkv_element(v, type, j);
        size_t left = d - j;
        for (size_t i = 0; i < m; i += rows) {
            const float *weights = p + i * ldp;
            float *sums = out + i * ldo + j;
            size_t valid = smaller(rows, m - i);
            if (left >= tile) {
                add_rows(rows, columns, valid, HKV_LANES, weights, ldp, count, values, type, ldv, sums, ldo);
            } else if (left >= HKV_LANES) {
                add_rows(rows, 1, valid, HKV_LANES, weights, ldp, count, values, type, ldv, sums, ldo);
            } else {
                add_rows(rows, 1, valid, left, weights, ldp, count, values, type, ldv, sums, ldo);
            }
        }
        j += left >= tile ? tile : smaller(left, HKV_LANES);
    }
}

HKV_INLINE void accumulate_as(hkv_type type, size_t m, size_t rows, size_t d, const float *p, size_t ldp,
                              const void *v, size_t ldv, float *out, size_t ldo) {
    for (size_t first = 0; first < rows; first += ROW_BLOCK) {
        size_t count = smaller(ROW_BLOCK, rows - first);
        const void *block = hkv_element(v, type, first * ldv);
        size_t whole = m % TILE_ROWS == 1 ? m - 1 : m;
        add_block(TILE_ROWS, SUM_COLUMNS, whole, d, p + first, ldp, count, block, type, ldv, out, ldo);
        add_block(1, WIDE_COLUMNS, m - whole, d, p + whole * ldp + first, ldp, count, block, type, ldv,
                  out + whole * ldo, ldo);
    }
}

HKV_KERNEL void accumulate(size_t m, size_t rows, size_t d, const float *p, size_t ldp, const void *v,
                           hkv_type v_type, size_t ldv, float *out, size_t ldo) {
    switch (v_type) {
    case HKV_F32: accumulate_as(HKV_F32, m, rows, d, p, ldp, v, ldv, out, ldo); break;
    case HKV_F16: accumulate_as(HKV_F16, m, rows, d, p, ldp, v, ldv, out, ldo); break;
    case HKV_BF16: accumulate_as(HKV_BF16, m, rows, d, p, ldp, v, ldv, out, ldo); break;
    }
}

#define HKV_TABLE(set)                                                                                       \
    {                                                                                                        \
        .name = set, .matmul_nt = matmul_nt, .accumulate = accumulate, .softmax = softmax,                   \
        .rms_norm = rms_norm, .silu_gate = silu_gate, .gelu = gelu, .add = add, .rotate = rotate,            \
        .bounds = bounds, .widen = widen, .narrow = narrow                                                   \
    }
