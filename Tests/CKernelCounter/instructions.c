// The processor's own counter of instructions, where the system lends it: containers and virtual machines often do not.
#include "kernel_counter.h"

#include <errno.h>

#if defined(__linux__)

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int instructions_begin(void) {
    struct perf_event_attr event = {
        .type = PERF_TYPE_HARDWARE,
        .size = sizeof event,
        .config = PERF_COUNT_HW_INSTRUCTIONS,
        .disabled = 1,
        .exclude_kernel = 1,
        .exclude_hv = 1,
    };
    // The calling thread, on whatever processor it runs.
    int counter = (int)syscall(SYS_perf_event_open, &event, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    if (counter < 0 || ioctl(counter, PERF_EVENT_IOC_ENABLE, 0) == 0) return counter < 0 ? -errno : counter;
    int problem = errno;
    close(counter);
    return -problem;
}

int64_t instructions_end(int counter) {
    int64_t count = 0;
    ioctl(counter, PERF_EVENT_IOC_DISABLE, 0);
    int64_t result = read(counter, &count, sizeof count) == sizeof count ? count : -EIO;
    close(counter);
    return result;
}

#else

int instructions_begin(void) { return -ENOSYS; }

int64_t instructions_end(int counter) { return counter < 0 ? counter : -ENOSYS; }

#endif
