// Signals, pipes and time: what an event loop needs of the process.
#ifndef TERMINAL_PROCESS_H
#define TERMINAL_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

/// The signals that came since they were last taken.
typedef struct {
    bool interrupt_typed; // Ctrl-C
    bool suspend_typed;   // Ctrl-Z, or SIGTSTP from elsewhere
    bool resized;
    bool continued;       // after a stop that nothing could be done about
    int32_t ended_by;     // SIGTERM, SIGHUP, or a SIGINT that another process sent; 0 for none
} kvt_signals;

/// Takes the signals that came.
kvt_signals kvt_take_signals(void);

/// Ends the process by a signal's default action, so that whoever started it sees why it ended.
_Noreturn void kvt_die_by(int32_t signal);

/// Ends the process as `exit` does.
_Noreturn void kvt_exit(int32_t code);

/// A pipe whose ends never block and are not inherited. False when the system has none left.
bool kvt_pipe(int32_t *_Nonnull read_end, int32_t *_Nonnull write_end);

/// Writes one byte; from any thread and from signal handlers.
void kvt_pipe_poke(int32_t write_end);

/// Empties the pipe.
void kvt_pipe_drain(int32_t read_end);

/// Closes both ends.
void kvt_pipe_close(int32_t read_end, int32_t write_end);

/// Seconds of a clock that only goes forward.
double kvt_seconds(void);

/// Writes a text file, replacing it. 0, or the error number.
int32_t kvt_write_file(const char *_Nonnull path, const char *_Nullable bytes, int64_t count);

/// What an error number means.
const char *_Nonnull kvt_error_text(int32_t error);

/// Writes to standard output at once.
void kvt_print(const char *_Nonnull text);

/// Writes to standard error at once.
void kvt_print_error(const char *_Nonnull text);

#endif
