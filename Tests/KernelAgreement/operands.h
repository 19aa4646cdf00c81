// Operands whose neighbourhood is watched, and comparisons that end the program at the first difference.
#ifndef OPERANDS_H
#define OPERANDS_H

#include "hkv_kernels.h"

/// Where an operand lives. Operands of one call are in different places.
typedef enum { LEFT, RIGHT, BIAS, EXPECTED, FOUND, OTHER, PLACES } place;

/// Room for `bytes` that end at a page that nobody may touch, so that reading past the end is a fault also where no
/// sanitizer runs. What stands before them is filled with a pattern. The room holds until the place is used again.
void *room(place where, size_t bytes);

/// `count` numbers in -2...2, the same ones for the same seed.
float *numbers(place where, size_t count, uint64_t seed);

/// The same numbers, stored as `type`, as the portable kernels store them.
void *stored_numbers(place where, size_t count, hkv_type type, uint64_t seed);

/// A copy of `count` numbers.
float *copy(place where, const float *source, size_t count);

/// Whether nothing was written before the operand.
int is_intact(place where);

/// What is compared, for the message of a failure; takes what printf takes.
void comparing(const char *format, ...) __attribute__((format(printf, 1, 2)));

/// Every bit is the same; any NaN equals any other. Counts one check.
void check_same(const float *expected, const float *found, size_t count);

/// Every stored element is the same to the last bit. Counts one check.
void check_same_stored(const void *expected, const void *found, size_t count, hkv_type type);

/// |found - expected| <= tolerance[i]; the same where `expected` is no finite number. Counts one check.
void check_near(const float *expected, const float *found, size_t count, const double *tolerance);

/// Counts one check.
void check(int holds, const char *what);

/// Checks so far.
extern size_t checks;

#endif
