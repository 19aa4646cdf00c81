#ifndef HKV_FUZZ_DRIVER_H
#define HKV_FUZZ_DRIVER_H
#include <stddef.h>
#include <stdint.h>
/* libFuzzer's entry for programs that bring their own main. */
int LLVMFuzzerRunDriver(
    int *_Nonnull argc, char *_Nullable *_Nullable *_Nonnull argv,
    int (*_Nonnull body)(const uint8_t *_Nullable bytes, size_t count));
#endif
