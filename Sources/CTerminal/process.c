// Pipes, time, files and threads, so that the Swift side needs no platform module.
#include "session.h"
#include "terminal_process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

bool kvt_pipe(int32_t *read_end, int32_t *write_end) {
    int ends[2];
    if (pipe(ends) != 0) return false;
    for (int i = 0; i < 2; i++) {
        fcntl(ends[i], F_SETFL, O_NONBLOCK);
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    }
    *read_end = ends[0];
    *write_end = ends[1];
    return true;
}

void kvt_pipe_poke(int32_t write_end) {
    char byte = 1;
    ssize_t written = write(write_end, &byte, 1);
    (void)written; // A full pipe wakes as well as one byte more would.
}

void kvt_pipe_drain(int32_t read_end) {
    char bytes[256];
    while (read(read_end, bytes, sizeof bytes) > 0) {}
}

void kvt_pipe_close(int32_t read_end, int32_t write_end) {
    close(read_end);
    close(write_end);
}

_Noreturn void kvt_exit(int32_t code) { exit(code); }

double kvt_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void kvt_write_all(int descriptor, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(descriptor, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        bytes += written;
        count -= (size_t)written;
    }
}

int32_t kvt_write_file(const char *path, const char *bytes, int64_t count) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) return errno;
    int32_t error = 0;
    while (count > 0 && error == 0) {
        ssize_t written = write(file, bytes, (size_t)count);
        if (written < 0) {
            if (errno != EINTR) error = errno;
        } else {
            bytes += written;
            count -= written;
        }
    }
    // A full disk may be noticed as late as here.
    if (close(file) != 0 && error == 0) error = errno;
    return error;
}

const char *kvt_error_text(int32_t error) { return strerror(error); }

void kvt_print(const char *text) { kvt_write_all(STDOUT_FILENO, text, strlen(text)); }

void kvt_print_error(const char *text) { kvt_write_all(STDERR_FILENO, text, strlen(text)); }
