// Signals become flags and a byte in a pipe, so that the event loop meets them between two frames, on its own
// thread, without a race between looking and waiting.
//
// Ctrl-C and Ctrl-Z stay signals (and are not read as keys), because then the terminal driver tells the whole
// foreground group: a `make` or a script around this process stops with it, and the shell gets its terminal back.
#include "session.h"
#include "terminal_process.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static const int watched[] = {SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH};
enum { WATCHED_COUNT = sizeof watched / sizeof *watched, PATIENCE = 3 };

static struct sigaction earlier[WATCHED_COUNT];
static atomic_int typed_interrupts, sent_interrupts, terminations, hangups, suspensions, continuations, resizes;
static int32_t read_end = -1, write_end = -1;

static bool came_from_keyboard(const siginfo_t *info) {
#ifdef SI_KERNEL
    return info->si_code == SI_KERNEL;
#else
    return info->si_pid == 0;
#endif
}

static atomic_int *counter(int signal, const siginfo_t *info) {
    switch (signal) {
    case SIGINT: return came_from_keyboard(info) ? &typed_interrupts : &sent_interrupts;
    case SIGTERM: return &terminations;
    case SIGHUP: return &hangups;
    case SIGTSTP: return &suspensions;
    case SIGCONT: return &continuations;
    default: return &resizes;
    }
}

static void on_signal(int signal, siginfo_t *info, void *context) {
    (void)context;
    int error = errno;
    int waiting = atomic_fetch_add(counter(signal, info), 1) + 1;
    kvt_pipe_poke(write_end);
    // An event loop that hangs collects nothing: whoever insists gets out all the same.
    bool wants_out = signal == SIGINT || signal == SIGTERM || signal == SIGHUP;
    if (wants_out && waiting >= PATIENCE) {
        kvt_restore_now();
        struct sigaction plain;
        memset(&plain, 0, sizeof plain);
        plain.sa_handler = SIG_DFL;
        sigaction(signal, &plain, NULL);
        raise(signal);
    }
    errno = error;
}

static void take_over(int index) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_signal;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    sigfillset(&action.sa_mask);
    // A crash while a handler runs must still find the guard.
    const int never_blocked[] = {SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE};
    for (size_t i = 0; i < sizeof never_blocked / sizeof *never_blocked; i++) {
        sigdelset(&action.sa_mask, never_blocked[i]);
    }
    sigaction(watched[index], &action, NULL);
}

bool kvt_signals_install(void) {
    if (read_end < 0) {
        if (!kvt_pipe(&read_end, &write_end)) return false;
        for (int i = 0; i < WATCHED_COUNT; i++) sigaction(watched[i], NULL, &earlier[i]);
    }
    for (int i = 0; i < WATCHED_COUNT; i++) {
        // What was ignored stays ignored: nohup, or a shell without job control.
        if (earlier[i].sa_handler != SIG_IGN || watched[i] == SIGWINCH) take_over(i);
    }
    return true;
}

void kvt_signals_remove(void) {
    if (read_end < 0) return;
    for (int i = 0; i < WATCHED_COUNT; i++) sigaction(watched[i], &earlier[i], NULL);
    int32_t old_read = read_end, old_write = write_end;
    read_end = write_end = -1; // first, for a handler that still runs on another thread
    kvt_pipe_close(old_read, old_write);
}

int kvt_signal_descriptor(void) { return read_end; }

kvt_signals kvt_take_signals(void) {
    if (read_end >= 0) kvt_pipe_drain(read_end);
    kvt_signals taken = {0};
    taken.interrupt_typed = atomic_exchange(&typed_interrupts, 0) > 0;
    taken.suspend_typed = atomic_exchange(&suspensions, 0) > 0;
    taken.resized = atomic_exchange(&resizes, 0) > 0;
    taken.continued = atomic_exchange(&continuations, 0) > 0;
    if (atomic_exchange(&sent_interrupts, 0) > 0) taken.ended_by = SIGINT;
    if (atomic_exchange(&hangups, 0) > 0) taken.ended_by = SIGHUP;
    if (atomic_exchange(&terminations, 0) > 0) taken.ended_by = SIGTERM;
    return taken;
}

void kvt_stop_process(void) {
    for (int i = 0; i < WATCHED_COUNT; i++) {
        if (watched[i] != SIGTSTP || earlier[i].sa_handler == SIG_IGN) continue;
        struct sigaction plain;
        memset(&plain, 0, sizeof plain);
        plain.sa_handler = SIG_DFL;
        sigaction(SIGTSTP, &plain, NULL);
        raise(SIGTSTP); // Stands still here until SIGCONT; goes straight on where no shell could continue it.
        take_over(i);
    }
}

void kvt_forget_continuation(void) {
    atomic_store(&continuations, 0);
    atomic_store(&suspensions, 0);
}

_Noreturn void kvt_die_by(int32_t signal) {
    struct sigaction plain;
    memset(&plain, 0, sizeof plain);
    plain.sa_handler = SIG_DFL;
    sigaction(signal, &plain, NULL);
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, signal);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
    kill(getpid(), signal);
    // Not reached unless the signal does not end processes.
    _exit(128 + signal);
}
