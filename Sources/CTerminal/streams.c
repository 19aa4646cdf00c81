// While the screen is up, what the process writes to its standard streams goes into memory: a runtime's message or
// a library's chatter would tear the picture, and on the alternate screen it would vanish with it. The tail is
// written when the screen is left, in a crash too, so that the message before a trap is read on the normal screen.
#include "session.h"

#include <fcntl.h>
#include <stdlib.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { STREAM_COUNT = 2, TAIL = 8192 };
static const int streams[STREAM_COUNT] = {STDOUT_FILENO, STDERR_FILENO};
static int kept[STREAM_COUNT] = {-1, -1};
static int memory = -1;
static off_t replayed;

static int open_memory(void) {
#ifdef __linux__
    int descriptor = memfd_create("kvscope standard error", MFD_CLOEXEC);
    if (descriptor >= 0) return descriptor;
#endif
    char path[] = "/tmp/kvscope-XXXXXX";
    int file = mkstemp(path);
    if (file < 0) return -1;
    unlink(path);
    fcntl(file, F_SETFD, FD_CLOEXEC);
    return file;
}

bool kvt_streams_capture(void) {
    fflush(stdout);
    if (memory < 0) {
        memory = open_memory();
        if (memory < 0) return false;
        fcntl(memory, F_SETFL, O_APPEND);
    }
    for (int i = 0; i < STREAM_COUNT; i++) {
        // A stream that goes to a file or a pipe is in nobody's way.
        if (kept[i] >= 0 || !isatty(streams[i])) continue;
        kept[i] = fcntl(streams[i], F_DUPFD_CLOEXEC, 10);
        if (kept[i] >= 0) dup2(memory, streams[i]);
    }
    return true;
}

void kvt_streams_release(void) {
    for (int i = 0; i < STREAM_COUNT; i++) {
        if (kept[i] < 0) continue;
        dup2(kept[i], streams[i]);
        close(kept[i]);
        kept[i] = -1;
    }
    if (memory < 0) return;
    off_t end = lseek(memory, 0, SEEK_END);
    if (end - replayed > TAIL) {
        static const char note[] = "[earlier messages left out]\n";
        kvt_write_all(STDERR_FILENO, note, sizeof note - 1);
        replayed = end - TAIL;
    }
    char block[1024];
    while (replayed < end) {
        ssize_t count = pread(memory, block, sizeof block, replayed);
        if (count <= 0) break;
        kvt_write_all(STDERR_FILENO, block, (size_t)count);
        replayed += count;
    }
}
