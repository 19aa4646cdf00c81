// Counts calls of malloc and its relatives on chosen threads, for tests that want none.
#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdbool.h>

/// Calls counted so far, on all threads that watch it; tests that run side by side each have their own.
typedef struct allocation_counter allocation_counter;

/// False where the functions cannot be replaced: on other systems than Linux with glibc, and under sanitizers.
bool allocation_counter_works(void);

allocation_counter *allocation_counter_create(void);
void allocation_counter_destroy(allocation_counter *counter);

/// From now on what the calling thread asks for is counted here; NULL ends it.
void allocation_counter_watch_thread(allocation_counter *counter);

/// Calls since the last reset.
long allocation_counter_calls(const allocation_counter *counter);
void allocation_counter_reset(allocation_counter *counter);

#endif
