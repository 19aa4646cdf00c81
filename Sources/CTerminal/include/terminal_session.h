// What can be known before the terminal is opened; opening, leaving, coming back, closing.
#ifndef TERMINAL_SESSION_H
#define TERMINAL_SESSION_H

#include <stdbool.h>
#include <stdint.h>

/// What terminfo says of a kind of terminal.
typedef struct {
    bool known;       // there is an entry
    bool addressable; // the cursor can be put anywhere: curses can work
    int32_t colours;  // 0 without colours
} kvt_description;

/// Looks up a name such as "xterm-256color". Changes nothing; not while the terminal is open.
kvt_description kvt_describe(const char *_Nonnull name);

/// Whether a descriptor is a terminal.
bool kvt_is_terminal(int32_t descriptor);

/// The value of an environment variable, or NULL.
const char *_Nullable kvt_environment(const char *_Nonnull name);

/// How to open the terminal.
typedef struct {
    const char *_Nonnull name;      // what TERM says, or a better name for the same terminal
    bool colour;                    // false: not one colour sequence is sent
    bool unicode;                   // false: every cell is ASCII
    int32_t escape_milliseconds;    // how long a lone Escape waits to become part of a longer key
} kvt_setup;

/// How opening ended.
typedef enum __attribute__((enum_extensibility(closed))) : int32_t {
    KVT_OPENED = 0,
    KVT_ALREADY_OPEN = 1,
    KVT_NO_TERMINAL = 2,      // standard output is no terminal, or there is nothing to read keys from
    KVT_UNKNOWN_TERMINAL = 3, // terminfo has no usable entry
    KVT_SYSTEM_ERROR = 4,     // errno says which
} kvt_opening;

/// What was opened.
typedef struct {
    int32_t colours;       // what may be used: 0 when colour was not asked for
    int32_t pairs;         // how many colour pairs may be defined: 1...pairs
    bool default_colours;  // the terminal's own colours can be part of a pair, as -1
    bool unicode;          // false when no UTF-8 locale could be had
} kvt_screen;

/// Takes over the terminal: guard, signals, standard error into memory, then curses.
kvt_opening kvt_open(const kvt_setup *_Nonnull setup, kvt_screen *_Nonnull screen);

/// Gives the terminal back as it was, and the signals, and writes what standard error collected. Harmless when
/// nothing is open.
void kvt_close(void);

/// Leaves the screen and stops the process as Ctrl-Z does; returns when it was continued in the foreground. The
/// size may have changed and everything has to be painted again.
void kvt_suspend(void);

/// Takes the terminal back after the process was stopped by something that could not be caught.
void kvt_resume(void);

#endif
