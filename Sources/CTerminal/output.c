// Cells and frames.
#include "terminal_output.h"
#include "session.h"
#include "wide_curses.h"

#include <sys/ioctl.h>
#include <wchar.h>

void kvt_size(int32_t *columns, int32_t *lines) {
    *columns = COLS;
    *lines = LINES;
    struct winsize size;
    if (kvt_now.tty < 0 || ioctl(kvt_now.tty, TIOCGWINSZ, &size) != 0) return;
    // Some terminals over serial lines say 0: then what terminfo says stays.
    if (size.ws_col == 0 || size.ws_row == 0) return;
    if (size.ws_col != COLS || size.ws_row != LINES) resizeterm(size.ws_row, size.ws_col);
    *columns = size.ws_col;
    *lines = size.ws_row;
}

uint32_t kvt_safe_scalar(uint32_t scalar, int32_t columns, bool unicode) {
    if (scalar >= 0x20 && scalar < 0x7f) return scalar;
    if (!unicode) return '?';
    if (scalar < 0xa0) return 0xfffd;
#ifndef __APPLE__ // whose width table is too old to be asked
    if (wcwidth((wchar_t)scalar) != columns) return 0xfffd;
#endif
    return scalar;
}

static void put_scalar(int32_t column, int32_t line, uint32_t scalar, const kvt_cell *cell) {
    attr_t attributes = A_NORMAL;
    if (cell->attributes & KVT_BOLD) attributes |= A_BOLD;
    if (cell->attributes & KVT_REVERSE) attributes |= A_REVERSE;
    if (cell->attributes & KVT_UNDERLINE) attributes |= A_UNDERLINE;
    if (cell->attributes & KVT_DIM) attributes |= A_DIM;
    wchar_t text[2] = {(wchar_t)scalar, 0};
    cchar_t composed;
#if KVT_EXTENDED_PAIRS
    int pair = cell->pair;
    if (setcchar(&composed, text, attributes, 0, &pair) == ERR) return;
#else
    if (setcchar(&composed, text, attributes, (short)cell->pair, NULL) == ERR) return;
#endif
    // In the last cell the result is ERR, since the cursor cannot go on; the cell is written all the same.
    (void)mvwadd_wch(stdscr, line, column, &composed);
}

void kvt_erase(void) {
    if (kvt_now.tty >= 0) werase(stdscr);
}

void kvt_put(int32_t column, int32_t line, kvt_cell cell) {
    if (kvt_now.tty < 0 || column < 0 || line < 0 || column >= COLS || line >= LINES) return;
    // Half of a wide glyph cannot be shown, and curses would move it to the next line.
    bool cut = cell.columns == 2 && column + 1 >= COLS;
    uint32_t shown = cut ? ' ' : kvt_safe_scalar(cell.scalar, cell.columns, kvt_now.unicode);
    put_scalar(column, line, shown, &cell);
    if (cell.columns == 2 && shown != cell.scalar && !cut) put_scalar(column + 1, line, ' ', &cell);
}

bool kvt_define_pair(int32_t pair, int32_t foreground, int32_t background) {
    if (!has_colors()) return false;
#if KVT_EXTENDED_PAIRS
    return init_extended_pair(pair, foreground, background) != ERR;
#else
    return init_pair((short)pair, (short)foreground, (short)background) != ERR;
#endif
}

void kvt_forget_pairs(void) {
    if (kvt_now.tty < 0 || !has_colors()) return;
#if KVT_EXTENDED_PAIRS
    reset_color_pairs();
#endif
    kvt_repaint();
}

void kvt_repaint(void) {
    if (kvt_now.tty >= 0) clearok(curscr, TRUE);
}

void kvt_flush(int32_t column, int32_t line) {
    if (kvt_now.tty < 0) return;
    bool shown = column >= 0 && line >= 0 && column < COLS && line < LINES;
    if (shown) wmove(stdscr, line, column);
    leaveok(stdscr, shown ? FALSE : TRUE);
    // The marks are written past curses' buffer, which is empty before and after doupdate.
    if (kvt_now.synchronised) kvt_write_all(kvt_now.output, "\x1b[?2026h", 8);
    curs_set(0); // A cursor that runs across the picture flickers where frames are not synchronised.
    wnoutrefresh(stdscr);
    doupdate();
    if (shown) curs_set(1);
    if (kvt_now.synchronised) kvt_write_all(kvt_now.output, "\x1b[?2026l", 8);
}
