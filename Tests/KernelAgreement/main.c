// Compares sets of kernels with the portable one over shapes, strides, tails and stored types, and ends with failure
// at the first difference: agreement [SET]. Without a name it takes every set that this machine runs, the portable
// one among them. It needs nothing but a C library, so it runs under an emulator too.
#include "agreement.h"

#include <stdio.h>
#include <string.h>

static void check_set(const hkv_kernels *set) {
    checks = 0;
    check_vectors(set);
    check_products(set);
    printf("kernels: %s agrees with portable, %zu checks passed\n", set->name, checks);
}

int main(int count, char **arguments) {
    const hkv_kernels *last = NULL, *set;
    size_t found = 0;
    for (size_t i = 0; (set = hkv_kernels_at(i)); i++) {
        last = set;
        if (count > 1 && strcmp(set->name, arguments[1]) != 0) continue;
        check_set(set);
        found++;
    }
    comparing("the choice of a set");
    check(hkv_kernels_best() == last, "it is not the fastest that runs here");
    comparing("%s", count > 1 ? arguments[1] : "any set");
    check(found > 0, "this machine does not run it");
    return 0;
}
