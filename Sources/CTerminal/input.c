// Keys: what curses decodes, plus the other spellings that terminals use for the same keys.
#include "session.h"
#include "terminal_input.h"
#include "wide_curses.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum { CODE_PASTE_BEGIN = 0x2001, CODE_PASTE_END = 0x2002 };

void kvt_keys_define(void) {
    // terminfo knows the spelling of application mode only; a terminal that ignores the switch, and every script,
    // sends the other one.
    static const struct {
        const char *bytes;
        int code;
    } spellings[] = {
        {"\x1b[200~", CODE_PASTE_BEGIN}, {"\x1b[201~", CODE_PASTE_END},
        {"\x1b[A", KEY_UP},      {"\x1b[B", KEY_DOWN},    {"\x1b[C", KEY_RIGHT},  {"\x1b[D", KEY_LEFT},
        {"\x1bOA", KEY_UP},      {"\x1bOB", KEY_DOWN},    {"\x1bOC", KEY_RIGHT},  {"\x1bOD", KEY_LEFT},
        {"\x1b[H", KEY_HOME},    {"\x1b[F", KEY_END},     {"\x1bOH", KEY_HOME},   {"\x1bOF", KEY_END},
        {"\x1b[1~", KEY_HOME},   {"\x1b[4~", KEY_END},    {"\x1b[7~", KEY_HOME},  {"\x1b[8~", KEY_END},
        {"\x1b[3~", KEY_DC},     {"\x1b[5~", KEY_PPAGE},  {"\x1b[6~", KEY_NPAGE}, {"\x1b[Z", KEY_BTAB},
        {"\x1bOP", KEY_F(1)},    {"\x1bOQ", KEY_F(2)},    {"\x1bOR", KEY_F(3)},   {"\x1bOS", KEY_F(4)},
        {"\x1b[11~", KEY_F(1)},  {"\x1b[12~", KEY_F(2)},  {"\x1b[13~", KEY_F(3)}, {"\x1b[14~", KEY_F(4)},
    };
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        define_key(spellings[i].bytes, spellings[i].code);
    }
}

static kvt_input key(wint_t code) {
    if (code >= KEY_F(1) && code <= KEY_F(24)) return (kvt_input){KVT_FUNCTION, code - KEY_F(0)};
    switch (code) {
    case KEY_UP: return (kvt_input){KVT_UP, 0};
    case KEY_DOWN: return (kvt_input){KVT_DOWN, 0};
    case KEY_LEFT: return (kvt_input){KVT_LEFT, 0};
    case KEY_RIGHT: return (kvt_input){KVT_RIGHT, 0};
    case KEY_HOME: return (kvt_input){KVT_HOME, 0};
    case KEY_END: return (kvt_input){KVT_END, 0};
    case KEY_PPAGE: return (kvt_input){KVT_PAGE_UP, 0};
    case KEY_NPAGE: return (kvt_input){KVT_PAGE_DOWN, 0};
    case KEY_BTAB: return (kvt_input){KVT_BACK_TAB, 0};
    case KEY_ENTER: return (kvt_input){KVT_ENTER, 0};
    case KEY_BACKSPACE: return (kvt_input){KVT_BACKSPACE, 0};
    case KEY_DC: return (kvt_input){KVT_DELETE, 0};
    case CODE_PASTE_BEGIN: return (kvt_input){KVT_PASTE_BEGIN, 0};
    case CODE_PASTE_END: return (kvt_input){KVT_PASTE_END, 0};
    default: return (kvt_input){KVT_OTHER_KEY, 0};
    }
}

kvt_input kvt_read(void) {
    if (kvt_now.tty < 0) return (kvt_input){KVT_NOTHING, 0};
    // Bytes that are no UTF-8 make curses report "nothing" although more may be queued behind them.
    for (int attempt = 0; attempt < 3; attempt++) {
        wint_t code = 0;
        int kind = wget_wch(stdscr, &code);
        if (kind == KEY_CODE_YES) return key(code);
        if (kind == OK) return (kvt_input){KVT_SCALAR, code};
    }
    return (kvt_input){KVT_NOTHING, 0};
}

uint32_t kvt_wait(int32_t wake, int32_t milliseconds) {
    struct pollfd sources[] = {
        {.fd = kvt_now.input, .events = POLLIN},
        {.fd = wake, .events = POLLIN},
        {.fd = kvt_signal_descriptor(), .events = POLLIN},
    };
    // An interrupted wait is no special case: the signal has left its byte in the pipe.
    if (poll(sources, 3, milliseconds) < 0) return KVT_READY_SIGNAL;
    uint32_t ready = 0;
    if (sources[0].revents & POLLIN) ready |= KVT_READY_INPUT;
    if (sources[0].revents & (POLLHUP | POLLERR | POLLNVAL)) ready |= KVT_READY_HANGUP;
    if (sources[1].revents & POLLIN) ready |= KVT_READY_WAKE;
    if (sources[2].revents & POLLIN) ready |= KVT_READY_SIGNAL;
    return ready;
}

uint32_t kvt_wait_plain(int32_t wake, bool typed, int32_t milliseconds) {
    struct pollfd sources[] = {
        {.fd = wake, .events = POLLIN},
        {.fd = typed ? STDIN_FILENO : -1, .events = POLLIN},
    };
    if (poll(sources, 2, milliseconds) < 0) return 0;
    uint32_t ready = 0;
    if (sources[0].revents & POLLIN) ready |= KVT_READY_WAKE;
    // The end of the input is read like input.
    if (sources[1].revents) ready |= KVT_READY_INPUT;
    return ready;
}

int64_t kvt_read_typed(uint8_t *bytes, int64_t capacity) {
    ssize_t count;
    do count = read(STDIN_FILENO, bytes, (size_t)capacity);
    while (count < 0 && errno == EINTR);
    return count < 0 ? 0 : count;
}
