// What the parts of the test share.
#ifndef AGREEMENT_H
#define AGREEMENT_H

#include "operands.h"

/// Half the distance from 1 to the next f32: the largest relative error of one rounding.
#define ROUNDOFF 0x1p-24

/// The set that the others are measured against.
static inline const hkv_kernels *portable(void) { return hkv_kernels_at(0); }

/// The address of element `index`.
static inline const void *element(const void *base, hkv_type type, size_t index) {
    return (const char *)base + index * hkv_size(type);
}

/// matmul_nt, accumulate, and the product that a team shares.
void check_products(const hkv_kernels *set);

/// Kernels over one vector: what must be exact, then what has a tolerance.
void check_vectors(const hkv_kernels *set);

#endif
