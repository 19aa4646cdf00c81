#include "pseudo_terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#ifdef __APPLE__
#include <util.h>
#else
#include <pty.h>
#include <utmp.h>
#endif

// Between fork and exec of a process with threads: async-signal-safe calls only.

static void clear_signal_mask(void) {
    // Test code runs on threads that block signals, and the mask is inherited.
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void report(int descriptor, pty_event_kind kind, int32_t value) {
    pty_event event = {kind, value};
    ssize_t written = write(descriptor, &event, sizeof event);
    (void)written;
}

static void give_terminal_to(pid_t group) {
    sigset_t stop, before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTTOU);
    sigprocmask(SIG_BLOCK, &stop, &before);
    tcsetpgrp(STDIN_FILENO, group);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

// Waits for the program, and for a byte that says "fg". Ends with the program.
static _Noreturn void run_shell(pid_t program, int control, int reports) {
    for (;;) {
        int status = 0;
        if (waitpid(program, &status, WUNTRACED) < 0) {
            if (errno == EINTR) continue;
            _exit(1);
        }
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            give_terminal_to(getpgrp());
            if (WIFEXITED(status)) report(reports, PTY_EXITED, WEXITSTATUS(status));
            else report(reports, PTY_KILLED, WTERMSIG(status));
            _exit(0);
        }
        give_terminal_to(getpgrp());
        report(reports, PTY_STOPPED, WSTOPSIG(status));
        char byte;
        while (read(control, &byte, 1) < 0 && errno == EINTR) {}
        give_terminal_to(program);
        kill(-program, SIGCONT);
        report(reports, PTY_CONTINUED, 0);
    }
}

static _Noreturn void start_program(
    const char *const *arguments, const char *const *environment, int control, int reports) {
    pid_t program = fork();
    if (program == 0) {
        setpgid(0, 0);
        give_terminal_to(getpid());
        clear_signal_mask();
        struct rlimit no_core = {0, 0};
        setrlimit(RLIMIT_CORE, &no_core);
        execve(arguments[0], (char *const *)arguments, (char *const *)environment);
        _exit(127);
    }
    if (program < 0) _exit(126);
    setpgid(program, program);
    // The shell outlives a hang-up long enough to say how the program ended, and ignores what is typed.
    signal(SIGHUP, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGTSTP, SIG_IGN);
    signal(SIGTTOU, SIG_IGN);
    int32_t number = program;
    ssize_t written = write(reports, &number, sizeof number);
    (void)written;
    run_shell(program, control, reports);
}

static bool make_pipe(int ends[2]) {
    if (pipe(ends) != 0) return false;
    for (int i = 0; i < 2; i++) fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    return true;
}

bool pty_start(
    const char *const *arguments, const char *const *environment, int32_t lines, int32_t columns,
    pty_session *session) {
    int control[2], reports[2], master, slave;
    struct winsize size = {(unsigned short)lines, (unsigned short)columns, 0, 0};
    if (!make_pipe(control) || !make_pipe(reports)) return false;
    if (openpty(&master, &slave, NULL, NULL, &size) != 0) return false;
    fcntl(master, F_SETFD, FD_CLOEXEC);
    fcntl(slave, F_SETFD, FD_CLOEXEC);
    pid_t shell = fork();
    if (shell < 0) return false;
    if (shell == 0) {
        clear_signal_mask();
        if (login_tty(slave) != 0) _exit(125);
        for (int descriptor = 3; descriptor < 1024; descriptor++) {
            if (descriptor != control[0] && descriptor != reports[1]) close(descriptor);
        }
        start_program(arguments, environment, control[0], reports[1]);
    }
    close(reports[1]);
    int32_t program = 0;
    if (read(reports[0], &program, sizeof program) != sizeof program) program = 0;
    fcntl(reports[0], F_SETFL, O_NONBLOCK);
    *session = (pty_session){master, slave, control[1], control[0], reports[0], shell, program};
    return program > 0;
}

void pty_continue(const pty_session *session) {
    ssize_t written = write(session->control, "f", 1);
    (void)written;
}

bool pty_next_event(const pty_session *session, pty_event *event) {
    return read(session->reports, event, sizeof *event) == sizeof *event;
}

void pty_resize(const pty_session *session, int32_t lines, int32_t columns) {
    struct winsize size = {(unsigned short)lines, (unsigned short)columns, 0, 0};
    ioctl(session->master, TIOCSWINSZ, &size);
}

void pty_modes(const pty_session *session, bool *echo, bool *canonical) {
    struct termios modes;
    memset(&modes, 0, sizeof modes);
    tcgetattr(session->master, &modes);
    *echo = (modes.c_lflag & ECHO) != 0;
    *canonical = (modes.c_lflag & ICANON) != 0;
}

void pty_signal(const pty_session *session, int32_t signal) {
    if (session->program > 0) kill(session->program, signal);
}

int64_t pty_read(const pty_session *session, uint8_t *bytes, int64_t capacity, int32_t milliseconds) {
    struct pollfd source = {.fd = session->master, .events = POLLIN};
    if (poll(&source, 1, milliseconds) <= 0) return 0;
    ssize_t count = read(session->master, bytes, (size_t)capacity);
    return count > 0 ? count : -1;
}

void pty_write(const pty_session *session, const uint8_t *bytes, int64_t count) {
    while (count > 0) {
        ssize_t written = write(session->master, bytes, (size_t)count);
        if (written <= 0) return;
        bytes += written;
        count -= written;
    }
}

void pty_hang_up(pty_session *session) {
    close(session->slave);
    close(session->master);
    session->slave = session->master = -1;
}

void pty_end(const pty_session *session, bool has_ended) {
    // The shell reaps the program and ends with it. Until then the number belongs to the program.
    if (!has_ended && session->program > 0) kill(-session->program, SIGKILL);
    pty_continue(session); // in case the shell waits for "fg"
    int status;
    waitpid(session->shell, &status, 0);
    close(session->control);
    close(session->unread);
    close(session->reports);
    if (session->master >= 0) close(session->master);
    if (session->slave >= 0) close(session->slave);
}

int64_t pty_find(const uint8_t *bytes, int64_t count, const uint8_t *wanted, int64_t wanted_count) {
    if (bytes == NULL || wanted == NULL) return -1;
    const uint8_t *found = memmem(bytes, (size_t)count, wanted, (size_t)wanted_count);
    return found == NULL ? -1 : found - bytes;
}

double pty_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}
