// What the parts of this library share. Private.
#ifndef KVT_SESSION_H
#define KVT_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

/// The descriptors of the open terminal; -1 when it is closed.
typedef struct {
    int input;      // keys
    int output;     // what curses writes to; the guard points it at the null device when the process dies
    int tty;        // the same terminal once more, for the guard
    int null_device;
    bool unicode;
    bool synchronised; // the terminal may be told where a frame begins and ends
} kvt_session;

extern kvt_session kvt_now;

// guard.c: what must happen when the process dies.
bool kvt_guard_install(const char *name, bool colour);
void kvt_guard_arm(bool armed);
void kvt_guard_remove(void);
void kvt_restore_now(void); // async-signal-safe
const struct termios *kvt_shell_modes(void);
bool kvt_in_foreground(void); // async-signal-safe

// signals.c
bool kvt_signals_install(void);
void kvt_signals_remove(void);
int kvt_signal_descriptor(void);
void kvt_stop_process(void);
void kvt_forget_continuation(void);

// streams.c: standard output and error must not write into the picture.
bool kvt_streams_capture(void);
void kvt_streams_release(void); // async-signal-safe

// input.c
void kvt_keys_define(void);

// process.c
void kvt_write_all(int descriptor, const char *bytes, size_t count); // async-signal-safe

#endif
