// The two products, and the team that cuts one of them.
#include "agreement.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_ROWS = 24, MOST_COLUMNS = 80 };

static const hkv_type types[] = {HKV_F32, HKV_F16, HKV_BF16};
static const size_t sums[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 64, 80, 127, 131, 767, 768, 769, 1601};
static const size_t shapes[][2] = {{0, 3}, {3, 0}, {1, 1}, {1, 8}, {1, 9}, {1, 17}, {2, 3}, {3, 7}, {4, 8}, {5, 25},
                                   {15, 4}, {16, 73}, {17, 10}, {21, 29}};

// Both results are off by the roundings of one term: its product, its lane's steps, the sum over eight lanes, the
// sum over blocks (none shorter than 256) and the bias.
static void matmul_tolerance(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, size_t ldb,
                             const float *bias, double *out) {
    double unit = 2 * ROUNDOFF * (double)(1 + (k + 7) / 8 + 3 + k / 256 + 1);
    for (size_t row = 0; row < m; row++)
        for (size_t column = 0; column < n; column++) {
            double size = bias ? fabs((double)bias[column]) : 0;
            for (size_t i = 0; i < k; i++) size += fabs((double)a[row * lda + i] * (double)b[column * ldb + i]);
            out[row * n + column] = unit * size;
        }
}

static void check_matmul(const hkv_kernels *set, size_t m, size_t n, size_t k, hkv_type type, int biased) {
    static float wide[MOST_COLUMNS * 1700];
    static double tolerance[MOST_ROWS * MOST_COLUMNS];
    comparing("%s matmul_nt m %zu n %zu k %zu type %d bias %d", set->name, m, n, k, type, biased);
    // The last row of an operand ends with its last element: there is no padding to read.
    size_t lda = k + 3, ldb = k + 5, ldc = n + 1;
    size_t a_count = m ? (m - 1) * lda + k : 0, b_count = n ? (n - 1) * ldb + k : 0;
    size_t c_count = m && n ? (m - 1) * ldc + n : 0;
    const float *a = numbers(LEFT, a_count, 1);
    const void *b = stored_numbers(RIGHT, b_count, type, 2);
    const float *bias = biased ? numbers(BIAS, n, 3) : NULL;
    float *expected = numbers(EXPECTED, c_count, 4), *found = numbers(FOUND, c_count, 4);
    portable()->matmul_nt(m, n, k, a, lda, b, type, ldb, bias, expected, ldc);
    set->matmul_nt(m, n, k, a, lda, b, type, ldb, bias, found, ldc);
    portable()->widen(b, type, b_count, wide);
    matmul_tolerance(m, n, k, a, lda, wide, ldb, bias, tolerance);
    for (size_t row = 0; row < m; row++) {
        check_near(expected + row * ldc, found + row * ldc, n, tolerance + row * n);
        if (n && row + 1 < m) check_same(expected + row * ldc + n, found + row * ldc + n, ldc - n);
    }
    check(is_intact(FOUND), "wrote before its result");

    // One row, and the columns in two pieces: the same to the last bit.
    for (size_t row = 0; row < m && n; row++) {
        float *part = room(OTHER, n * sizeof *part);
        size_t cut = (row * 7 + 1) % n;
        set->matmul_nt(1, cut, k, a + row * lda, lda, b, type, ldb, bias, part, n);
        set->matmul_nt(1, n - cut, k, a + row * lda, lda, element(b, type, cut * ldb), type, ldb,
                       bias ? bias + cut : NULL, part + cut, n);
        check_same(found + row * ldc, part, n);
    }
}

static void check_accumulate(const hkv_kernels *set, size_t m, size_t rows, size_t d, hkv_type type) {
    static float wide[140 * 200];
    static double tolerance[MOST_ROWS * 200];
    comparing("%s accumulate m %zu rows %zu d %zu type %d", set->name, m, rows, d, type);
    size_t ldp = rows + 1, ldv = d + 3, ldo = d + 1;
    size_t p_count = m ? (m - 1) * ldp + rows : 0, v_count = rows ? (rows - 1) * ldv + d : 0;
    size_t out_count = m ? (m - 1) * ldo + d : 0;
    const float *p = numbers(LEFT, p_count, 5);
    const void *v = stored_numbers(RIGHT, v_count, type, 6);
    const float *before = numbers(BIAS, out_count, 7);
    float *expected = copy(EXPECTED, before, out_count), *found = copy(FOUND, before, out_count);
    portable()->accumulate(m, rows, d, p, ldp, v, type, ldv, expected, ldo);
    set->accumulate(m, rows, d, p, ldp, v, type, ldv, found, ldo);
    portable()->widen(v, type, v_count, wide);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < d; j++) {
            double size = fabs((double)before[i * ldo + j]);
            for (size_t r = 0; r < rows; r++) size += fabs((double)p[i * ldp + r] * (double)wide[r * ldv + j]);
            // A term is rounded once as a product and then at most once a row, on both sides.
            tolerance[i * d + j] = 2 * ROUNDOFF * (double)(rows + 1) * size;
        }
    for (size_t i = 0; i < m; i++) {
        check_near(expected + i * ldo, found + i * ldo, d, tolerance + i * d);
        if (i + 1 < m) check_same(before + i * ldo + d, found + i * ldo + d, ldo - d);
    }
    check(is_intact(FOUND), "wrote before its result");

    // One vector of sums, and the rows in two pieces: the same to the last bit.
    for (size_t i = 0; i < m; i++) {
        float *part = copy(OTHER, before + i * ldo, d);
        size_t cut = rows ? (i * 5 + 1) % rows : 0;
        set->accumulate(1, cut, d, p + i * ldp, ldp, v, type, ldv, part, d);
        set->accumulate(1, rows - cut, d, p + i * ldp + cut, ldp, element(v, type, cut * ldv), type, ldv, part, d);
        check_same(found + i * ldo, part, d);
    }
}

static void check_team(const hkv_kernels *set) {
    // On the caller alone, cut over columns, over rows, and over both.
    static const size_t products[][3] = {{3, 5, 40}, {1, 700, 300}, {300, 7, 100}, {90, 80, 70}};
    for (size_t i = 0; i < sizeof products / sizeof *products; i++) {
        size_t m = products[i][0], n = products[i][1], k = products[i][2];
        const float *a = numbers(LEFT, m * k, 8);
        const void *b = stored_numbers(RIGHT, n * k, HKV_BF16, 9);
        const float *bias = numbers(BIAS, n, 10);
        float *expected = room(EXPECTED, m * n * sizeof *expected), *found = room(FOUND, m * n * sizeof *found);
        set->matmul_nt(m, n, k, a, k, b, HKV_BF16, k, bias, expected, n);
        for (size_t threads = 1; threads <= 4; threads++) {
            comparing("%s team of %zu m %zu n %zu k %zu", set->name, threads, m, n, k);
            hkv_team *team = hkv_team_create(threads);
            check(team != NULL, "no team");
            hkv_team_matmul_nt(team, set, m, n, k, a, k, b, HKV_BF16, k, bias, found, n);
            hkv_team_destroy(team);
            check_same(expected, found, m * n);
        }
    }
}

void check_products(const hkv_kernels *set) {
    for (size_t t = 0; t < 3; t++) {
        for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
            for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
                check_matmul(set, shapes[s][0], shapes[s][1], sums[i], types[t], (int)(s + i) % 2);
        static const size_t rows[] = {0, 1, 3, 7, 64, 65, 130}, vectors[] = {0, 1, 2, 4, 5, 9};
        static const size_t widths[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 20, 33, 64, 71, 80, 128};
        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
            for (size_t v = 0; v < sizeof vectors / sizeof *vectors; v++)
                for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
                    check_accumulate(set, vectors[v], rows[r], widths[w], types[t]);
    }
    check_team(set);
}
