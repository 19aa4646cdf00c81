#include "operands.h"

#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define SANITIZED 1
#endif
#endif

enum { MOST_BYTES = 4 << 20, FENCE = 64, PATTERN = 0xA5 };

size_t checks;
static char subject[200];

static struct {
    unsigned char *base, *end, *start;
} places[PLACES];

static void fail(const char *what) {
    fprintf(stderr, "kernels: %s: %s\n", subject, what);
    exit(1);
}

#if !SANITIZED
static void on_fault(int number) {
    (void)number;
    // The kernels hold no lock and allocate nothing, so printing from here is safe enough for a last word.
    fail("a fault, most likely past the end of an operand");
}
#endif

void *room(place where, size_t bytes) {
    if (bytes + FENCE > MOST_BYTES) fail("the test asks for too much room");
    unsigned char *base = places[where].base;
    if (!base) {
#if !SANITIZED
        signal(SIGSEGV, on_fault);
        signal(SIGBUS, on_fault);
#endif
        size_t page = (size_t)sysconf(_SC_PAGESIZE);
        base = mmap(NULL, MOST_BYTES + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (base == MAP_FAILED || mprotect(base + MOST_BYTES, page, PROT_NONE)) fail("no memory");
        places[where].base = base;
        places[where].end = base + MOST_BYTES;
    }
    unsigned char *start = places[where].start = places[where].end - bytes;
#if SANITIZED
    ASAN_UNPOISON_MEMORY_REGION(base, MOST_BYTES);
    ASAN_POISON_MEMORY_REGION(base, (size_t)(start - base));
#else
    memset(start - FENCE, PATTERN, FENCE);
#endif
    memset(start, PATTERN, bytes);
    return start;
}

int is_intact(place where) {
#if !SANITIZED
    for (const unsigned char *byte = places[where].start - FENCE; byte < places[where].start; byte++)
        if (*byte != PATTERN) return 0;
#endif
    (void)where;
    return 1;
}

// MARK: Numbers

static uint64_t next(uint64_t *state) {
    uint64_t z = *state += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

float *numbers(place where, size_t count, uint64_t seed) {
    float *out = room(where, count * sizeof *out);
    for (size_t i = 0; i < count; i++) out[i] = (float)(next(&seed) >> 40) * 0x1p-22f - 2;
    return out;
}

void *stored_numbers(place where, size_t count, hkv_type type, uint64_t seed) {
    const float *wide = numbers(OTHER, count, seed);
    void *out = room(where, count * hkv_size(type));
    hkv_kernels_at(0)->narrow(wide, count, type, out);
    return out;
}

float *copy(place where, const float *source, size_t count) {
    float *out = room(where, count * sizeof *out);
    if (count) memcpy(out, source, count * sizeof *out);
    return out;
}

// MARK: Comparisons

void comparing(const char *format, ...) {
    va_list list;
    va_start(list, format);
    vsnprintf(subject, sizeof subject, format, list);
    va_end(list);
}

static void differ(size_t index, double expected, double found, double tolerance) {
    char text[200];
    snprintf(text, sizeof text, "element %zu is %.9g (%a), expected %.9g (%a) within %g", index, found, found,
             expected, expected, tolerance);
    fail(text);
}

void check_same(const float *expected, const float *found, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (memcmp(expected + i, found + i, sizeof *found) && !(isnan(expected[i]) && isnan(found[i])))
            differ(i, (double)expected[i], (double)found[i], 0);
    checks++;
}

void check_same_stored(const void *expected, const void *found, size_t count, hkv_type type) {
    const unsigned char *left = expected, *right = found;
    size_t size = hkv_size(type);
    for (size_t i = 0; i < count * size; i += size)
        if (memcmp(left + i, right + i, size)) {
            uint32_t bits[2] = {0};
            memcpy(bits, left + i, size);
            memcpy(bits + 1, right + i, size);
            char text[100];
            snprintf(text, sizeof text, "element %zu is %#x, expected %#x", i / size, bits[1], bits[0]);
            fail(text);
        }
    checks++;
}

void check_near(const float *expected, const float *found, size_t count, const double *tolerance) {
    for (size_t i = 0; i < count; i++) {
        double left = (double)expected[i], right = (double)found[i];
        int same = isfinite(left) ? fabs(left - right) <= tolerance[i] : left == right || (isnan(left) && isnan(right));
        if (!same) differ(i, left, right, tolerance[i]);
    }
    checks++;
}

void check(int holds, const char *what) {
    if (!holds) fail(what);
    checks++;
}
