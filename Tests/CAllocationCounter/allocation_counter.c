// The test executable's own malloc comes before the C library's, also for calls from other libraries. It counts and
// passes the call on to glibc's implementation, so `free` needs no replacement.
#include "allocation_counter.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

struct allocation_counter {
    _Atomic long calls;
};

static _Thread_local allocation_counter *watching;

allocation_counter *allocation_counter_create(void) { return calloc(1, sizeof(allocation_counter)); }

void allocation_counter_destroy(allocation_counter *counter) { free(counter); }

void allocation_counter_watch_thread(allocation_counter *counter) { watching = counter; }

long allocation_counter_calls(const allocation_counter *counter) { return atomic_load(&counter->calls); }

void allocation_counter_reset(allocation_counter *counter) { atomic_store(&counter->calls, 0); }

#if defined(__linux__) && defined(__GLIBC__) && !defined(SANITIZED)

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

bool allocation_counter_works(void) { return true; }

static void note(void) {
    allocation_counter *counter = watching;
    if (counter) atomic_fetch_add(&counter->calls, 1);
}

void *malloc(size_t size) {
    note();
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    note();
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
    note();
    return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
    note();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    note();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    note();
    if (alignment % sizeof(void *) || (alignment & (alignment - 1)) || !alignment) return EINVAL;
    void *result = __libc_memalign(alignment, size);
    if (!result) return ENOMEM;
    *memory = result;
    return 0;
}

void *mmap(void *address, size_t length, int protection, int flags, int file, off_t offset) {
    note();
    return (void *)syscall(SYS_mmap, address, length, protection, flags, file, offset);
}

#else

bool allocation_counter_works(void) { return false; }

#endif
