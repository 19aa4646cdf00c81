#include "hkv_kernels.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

void hkv_return_freed_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
