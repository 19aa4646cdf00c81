// Keys, and waiting for them.
#ifndef TERMINAL_INPUT_H
#define TERMINAL_INPUT_H

#include <stdbool.h>
#include <stdint.h>

/// What came from the keyboard.
typedef enum __attribute__((enum_extensibility(closed))) : int32_t {
    KVT_NOTHING = 0,
    KVT_SCALAR = 1, // a character or control character, in `value`
    KVT_UP = 2,
    KVT_DOWN = 3,
    KVT_LEFT = 4,
    KVT_RIGHT = 5,
    KVT_HOME = 6,
    KVT_END = 7,
    KVT_PAGE_UP = 8,
    KVT_PAGE_DOWN = 9,
    KVT_BACK_TAB = 10,
    KVT_ENTER = 11,
    KVT_BACKSPACE = 12,
    KVT_DELETE = 13,
    KVT_FUNCTION = 14, // F1 is 1, in `value`
    KVT_PASTE_BEGIN = 15,
    KVT_PASTE_END = 16,
    KVT_OTHER_KEY = 17, // a key that nothing here uses
} kvt_input_kind;

/// One input.
typedef struct {
    kvt_input_kind kind;
    uint32_t value;
} kvt_input;

/// The next input that is there already; never waits, but for the rest of an escape sequence.
kvt_input kvt_read(void);

/// What ended a wait, as bits.
enum {
    KVT_READY_INPUT = 1,
    KVT_READY_WAKE = 2,
    KVT_READY_SIGNAL = 4,
    KVT_READY_HANGUP = 8, // the terminal is gone
};

/// Waits for keys, for the pipe `wake`, or for a signal; at most `milliseconds`, or for ever when negative.
uint32_t kvt_wait(int32_t wake, int32_t milliseconds);

/// The same without an open terminal: waits for the pipe `wake` and, when `typed`, for standard input.
uint32_t kvt_wait_plain(int32_t wake, bool typed, int32_t milliseconds);

/// Reads what was typed; 0 at the end of the input.
int64_t kvt_read_typed(uint8_t *_Nonnull bytes, int64_t capacity);

#endif
