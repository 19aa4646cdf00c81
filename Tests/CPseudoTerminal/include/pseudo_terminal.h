// Runs a program on a terminal of its own, under a very small shell with job control.
//
// The shell is needed for Ctrl-Z: without a parent in the same session that could continue it, the kernel does not
// stop a process at all.
#ifndef PSEUDO_TERMINAL_H
#define PSEUDO_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

/// A program on a terminal.
typedef struct {
    int32_t master;  // the side that the test holds
    int32_t slave;   // the program's side, held open so that its modes can be read after the end
    int32_t control; // to the shell
    int32_t unread;  // the shell's end of that, held open so that writing never fails
    int32_t reports; // from the shell
    int32_t shell;   // its process
    int32_t program; // the program's process
} pty_session;

/// What the shell reports: the program stopped, goes on, or ended.
typedef enum __attribute__((enum_extensibility(closed))) : int32_t {
    PTY_STOPPED = 1,
    PTY_CONTINUED = 2,
    PTY_EXITED = 3,
    PTY_KILLED = 4,
} pty_event_kind;

/// A report and its number: the exit code, or the signal.
typedef struct {
    pty_event_kind kind;
    int32_t value;
} pty_event;

/// Starts `arguments` with `environment`, both ended by NULL. False when the system refuses.
bool pty_start(
    const char *_Nullable const *_Nonnull arguments, const char *_Nullable const *_Nonnull environment,
    int32_t lines, int32_t columns, pty_session *_Nonnull session);

/// Tells the shell to continue the stopped program in the foreground, as `fg` does.
void pty_continue(const pty_session *_Nonnull session);

/// A report that is there already.
bool pty_next_event(const pty_session *_Nonnull session, pty_event *_Nonnull event);

/// Gives the terminal another size; the kernel tells the program.
void pty_resize(const pty_session *_Nonnull session, int32_t lines, int32_t columns);

/// Whether typed characters are echoed, and whether lines are edited by the terminal.
void pty_modes(const pty_session *_Nonnull session, bool *_Nonnull echo, bool *_Nonnull canonical);

/// Sends a signal to the program alone.
void pty_signal(const pty_session *_Nonnull session, int32_t signal);

/// Waits for output at most this long; the bytes read, 0 for none, -1 when there will be no more.
int64_t pty_read(
    const pty_session *_Nonnull session, uint8_t *_Nonnull bytes, int64_t capacity, int32_t milliseconds);

/// Types.
void pty_write(const pty_session *_Nonnull session, const uint8_t *_Nonnull bytes, int64_t count);

/// Kills what still runs and closes everything. `has_ended` tells that a report of the program's end was read.
void pty_end(const pty_session *_Nonnull session, bool has_ended);

/// Closes the side of the program as a terminal window does that goes away.
void pty_hang_up(pty_session *_Nonnull session);

/// Where `wanted` begins in `bytes`; -1 when it does not occur.
int64_t pty_find(
    const uint8_t *_Nullable bytes, int64_t count, const uint8_t *_Nullable wanted, int64_t wanted_count);

/// Seconds of a clock that only goes forward.
double pty_seconds(void);

#endif
