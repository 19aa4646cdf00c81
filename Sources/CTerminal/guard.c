// The crash guard. Whatever kills the process, the terminal comes back first: alternate screen off, cursor on,
// modes as the shell left them. The handler uses prepared bytes and async-signal-safe calls only.
//
// A Swift trap does not unwind, so neither `defer` nor `deinit` could do this. The handlers go in after those of
// the Swift runtime and hand over to them, so that a backtrace is printed on the normal screen.
#include "session.h"
#include "wide_curses.h"

#include <term.h> // defines words such as "columns" and "lines" as macros: after our own headers

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int fatal_signals[] = {SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGQUIT};
enum { FATAL_COUNT = sizeof fatal_signals / sizeof *fatal_signals };

static struct sigaction earlier[FATAL_COUNT];
static struct termios shell_modes;
static atomic_bool armed;
static char leave_bytes[512];
static size_t leave_count;
static char overflow_stack[1 << 16];

const struct termios *kvt_shell_modes(void) { return &shell_modes; }

bool kvt_in_foreground(void) { return tcgetpgrp(kvt_now.tty) == getpgrp(); }

void kvt_restore_now(void) {
    if (!atomic_exchange(&armed, false)) return;
    // Curses may be painting on another thread: from here on it paints into nothing.
    dup2(kvt_now.null_device, kvt_now.output);
    kvt_write_all(kvt_now.tty, leave_bytes, leave_count);
    // From the background the modes are the shell's business, and setting them would stop this process.
    if (kvt_in_foreground()) tcsetattr(kvt_now.tty, TCSANOW, &shell_modes);
    kvt_streams_release();
}

static void on_fatal(int signal, siginfo_t *info, void *context) {
    (void)context;
    int error = errno;
    kvt_restore_now();
    for (int i = 0; i < FATAL_COUNT; i++) {
        if (fatal_signals[i] == signal) sigaction(signal, &earlier[i], NULL);
    }
    errno = error;
    // A fault happens again when the handler returns; a signal that was sent does not.
    if (info->si_code <= 0 || signal == SIGABRT || signal == SIGQUIT) raise(signal);
}

// Adds a terminfo string without its padding marks such as $<5>.
static void append_capability(const char *name) {
    const char *text = tigetstr((char *)name);
    if (text == NULL || text == (char *)-1) return;
    while (*text != 0 && leave_count + 1 < sizeof leave_bytes) {
        const char *end = text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;
        if (end != NULL) {
            text = end + 1;
        } else {
            leave_bytes[leave_count++] = *text++;
        }
    }
}

static void append_text(const char *text) {
    size_t count = strlen(text);
    if (leave_count + count > sizeof leave_bytes) return;
    memcpy(leave_bytes + leave_count, text, count);
    leave_count += count;
}

static bool prepare_leave_bytes(const char *name, bool colour) {
    int error = 0;
    if (setupterm((char *)name, kvt_now.output, &error) != OK) return false;
    leave_count = 0;
    if (kvt_now.synchronised) append_text("\x1b[?2026l");
    append_text("\x1b[?2004l");
    if (colour) append_capability("op");
    append_capability("sgr0");
    append_capability("cnorm");
    append_capability("rmkx");
    const char *other_screen = tigetstr("rmcup");
    bool has_other_screen = other_screen != NULL && other_screen != (char *)-1;
    append_capability("rmcup");
    // Without an alternate screen what follows would be written over the picture.
    append_text(has_other_screen ? "\r" : "\r\n");
    del_curterm(cur_term);
    return true;
}

bool kvt_guard_install(const char *name, bool colour) {
    static bool registered;
    if (tcgetattr(kvt_now.tty, &shell_modes) != 0) return false;
    if (!prepare_leave_bytes(name, colour)) return false;
    stack_t stack;
    if (sigaltstack(NULL, &stack) == 0 && (stack.ss_flags & SS_DISABLE)) {
        memset(&stack, 0, sizeof stack);
        stack.ss_sp = overflow_stack;
        stack.ss_size = sizeof overflow_stack;
        sigaltstack(&stack, NULL);
    }
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_fatal;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigfillset(&action.sa_mask);
    for (int i = 0; i < FATAL_COUNT; i++) sigaction(fatal_signals[i], &action, &earlier[i]);
    if (!registered) atexit(kvt_restore_now);
    registered = true;
    return true;
}

void kvt_guard_arm(bool value) { atomic_store(&armed, value); }

void kvt_guard_remove(void) {
    kvt_guard_arm(false);
    for (int i = 0; i < FATAL_COUNT; i++) sigaction(fatal_signals[i], &earlier[i], NULL);
}
